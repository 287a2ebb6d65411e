package org.fasteners.torture;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a tally resolves the death of a writer at each step.
 */
class TallyTests {

	private static final int SLOT = 1;

	private static final int OTHER = 2;

	private static final int RESOURCE = 3;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Board board;

	@SuppressWarnings("NullAway.Init")
	private Tally tally;

	@BeforeEach
	void countsOfTwoWriters() throws IOException {
		this.board = Board.create(this.directory.resolve("board"), new Layout(2, 2, 4));
		this.tally = new Tally(this.board);
		count(SLOT);
		count(OTHER);
		count(SLOT);
	}

	@Test
	void nothingIsLostWithoutDeath() {
		assertThat(this.tally.read(RESOURCE)).isEqualTo(new Count(3, SLOT));
		assertThat(this.tally.lost(RESOURCE)).isZero();
	}

	@Test
	void aWriterThatDiedBeforeItWroteHasNotCounted() {
		this.tally.begin(SLOT, RESOURCE, this.tally.read(RESOURCE));
		this.tally.resolve(SLOT, RESOURCE);
		assertThat(this.tally.lost(RESOURCE)).isZero();
	}

	@Test
	void aWriterThatDiedBeforeItWroteHasNotCountedEvenIfAnotherWroteTheSameNumber() {
		this.tally.begin(SLOT, RESOURCE, this.tally.read(RESOURCE));
		count(OTHER);
		this.tally.resolve(SLOT, RESOURCE);
		assertThat(this.tally.lost(RESOURCE)).isZero();
	}

	@Test
	void aWriterThatDiedAfterItWroteHasCounted() {
		writeAndDie();
		this.tally.resolve(SLOT, RESOURCE);
		assertThat(this.tally.lost(RESOURCE)).isZero();
	}

	@Test
	void aWriterThatDiedAfterItWroteHasCountedEvenIfOthersWroteSince() {
		writeAndDie();
		count(OTHER);
		count(OTHER);
		this.tally.resolve(SLOT, RESOURCE);
		assertThat(this.tally.lost(RESOURCE)).isZero();
	}

	@Test
	void aWriterThatDiedAfterItWroteHasCountedEvenIfTheNextWriterDiedToo() {
		writeAndDie();
		this.tally.begin(OTHER, RESOURCE, this.tally.read(RESOURCE));
		this.tally.resolve(OTHER, RESOURCE);
		this.tally.resolve(SLOT, RESOURCE);
		count(OTHER);
		assertThat(this.tally.lost(RESOURCE)).isZero();
	}

	@Test
	void anUpdateIsLostIfTwoWritersIncrementTheSameNumber() {
		Count count = this.tally.read(RESOURCE);
		this.tally.begin(SLOT, RESOURCE, count);
		count(OTHER);
		this.tally.finish(SLOT, RESOURCE, count);
		assertThat(this.tally.lost(RESOURCE)).isEqualTo(1);
	}

	@Test
	void anotherProcessSeesTheSameBoard() throws IOException {
		Board same = Board.open(this.directory.resolve("board"));
		assertThat(same.layout()).isEqualTo(this.board.layout());
		assertThat(new Tally(same).read(RESOURCE)).isEqualTo(new Count(3, SLOT));
	}

	private void count(int slot) {
		Count last = this.tally.read(RESOURCE);
		this.tally.begin(slot, RESOURCE, last);
		this.tally.finish(slot, RESOURCE, last);
	}

	/** Steps 1 to 5 of a writer, without the last. */
	private void writeAndDie() {
		Count last = this.tally.read(RESOURCE);
		this.tally.begin(SLOT, RESOURCE, last);
		this.board.set(this.board.layout().count(RESOURCE), new Count(last.number() + 1, SLOT).word());
	}

}
