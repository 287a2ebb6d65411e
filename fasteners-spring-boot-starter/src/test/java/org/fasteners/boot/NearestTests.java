package org.fasteners.boot;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Nearest}.
 */
class NearestTests {

	@Test
	void onlyLettersAndDigitsCountAndTheirCaseDoesNot() {
		assertThat(Nearest.to("showshamlet", List.of("show", "shows/hamlet", "shows/hamlets")))
			.contains("shows/hamlet");
		assertThat(Nearest.to("Orders_V2", List.of("orders.v1", "orders.v2"))).contains("orders.v2");
	}

	@Test
	void aFewLettersMayDiffer() {
		assertThat(Nearest.to("timout", List.of("timeout", "preference"))).contains("timeout");
		assertThat(Nearest.to("perference", List.of("timeout", "preference"))).contains("preference");
		assertThat(Nearest.to("catalogs", List.of("orders", "katalog", "catalog"))).contains("catalog");
	}

	@Test
	void aNameThatDiffersInMoreIsNotSimilar() {
		assertThat(Nearest.to("a", List.of("b"))).isEmpty();
		assertThat(Nearest.to("ab", List.of("ac"))).isEmpty();
		assertThat(Nearest.to("orders", List.of("catalog", "borders-of-all"))).isEmpty();
		assertThat(Nearest.to("\u0437\u0430\u043a\u0430\u0437", List.of("\u0446\u0435\u043d\u044b"))).isEmpty();
		assertThat(Nearest.to("orders", List.of())).isEmpty();
	}

}
