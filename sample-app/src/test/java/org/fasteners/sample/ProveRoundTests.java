package org.fasteners.sample;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProveRoundTests {

	@Test
	void aSeatOnOneTicketAndInTheFileIsSoldOnce() {
		ProveRound round = round(List.of(2, 1, 3), 1, 2, 3);
		assertThat(round.sold()).isEqualTo(3);
		assertThat(round.doubleSold()).isZero();
		assertThat(round.lost()).isZero();
	}

	@Test
	void aSeatOnManyTicketsIsDoubleSoldOnce() {
		ProveRound round = round(List.of(1, 2, 1, 1, 2, 3), 1, 2, 3);
		assertThat(round.sold()).isEqualTo(6);
		assertThat(round.doubleSold()).isEqualTo(2);
		assertThat(round.lost()).isZero();
	}

	@Test
	void aSeatThatIsNotInTheFileIsLostOnce() {
		ProveRound round = round(List.of(1, 2, 3, 3), 1);
		assertThat(round.doubleSold()).isEqualTo(1);
		assertThat(round.lost()).isEqualTo(2);
	}

	private static ProveRound round(List<Integer> tickets, int... seatsInTheFile) {
		List<Sale> sales = IntStream.of(seatsInTheFile).mapToObj((seat) -> new Sale(seat, 30, 4242)).toList();
		return ProveRound.of(tickets, sales, Duration.ofSeconds(1));
	}

}
