package org.fasteners.torture;

import java.io.IOException;
import java.nio.file.Path;

import org.fasteners.LockMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PresenceTests {

	private static final int RESOURCE = 2;

	private static final long GENERATION = 7;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Board board;

	@SuppressWarnings("NullAway.Init")
	private Presence other;

	@SuppressWarnings("NullAway.Init")
	private Presence self;

	@BeforeEach
	void twoThreadsOfThisProcess() throws IOException {
		this.board = Board.create(this.directory.resolve("board"), new Layout(1, 2, 4));
		live(new Life(GENERATION, ProcessHandle.current().pid()));
		this.other = new Presence(this.board, 0, GENERATION);
		this.self = new Presence(this.board, 1, GENERATION);
	}

	@ParameterizedTest
	@CsvSource({ "SHARED, SHARED, 0", "SHARED, UPDATE, 0", "SHARED, EXCLUSIVE, 1", "UPDATE, SHARED, 0",
			"UPDATE, UPDATE, 1", "UPDATE, EXCLUSIVE, 1", "EXCLUSIVE, SHARED, 1", "EXCLUSIVE, UPDATE, 1",
			"EXCLUSIVE, EXCLUSIVE, 1" })
	void twoSectionsOfOneLockAreAnOverlapUnlessTheirModesAreCompatible(LockMode first, LockMode second, int overlaps) {
		this.other.enter(RESOURCE, first);
		this.self.enter(RESOURCE, second);
		assertThat(overlaps()).isEqualTo(overlaps);
	}

	@Test
	void aThreadThatEntersDuringTheSectionIsDetectedAtItsEnd() {
		Mark mark = this.self.enter(RESOURCE, LockMode.EXCLUSIVE);
		this.other.enter(RESOURCE, LockMode.SHARED);
		this.self.leave(RESOURCE, mark);
		assertThat(overlaps()).isEqualTo(1);
	}

	@Test
	void aThreadThatHasLeftIsNoOverlap() {
		this.other.leave(RESOURCE, this.other.enter(RESOURCE, LockMode.EXCLUSIVE));
		this.self.enter(RESOURCE, LockMode.EXCLUSIVE);
		assertThat(overlaps()).isZero();
	}

	@Test
	void aThreadInASectionOfAnotherLockIsNoOverlap() {
		this.other.enter(RESOURCE + 1, LockMode.EXCLUSIVE);
		this.self.enter(RESOURCE, LockMode.EXCLUSIVE);
		assertThat(overlaps()).isZero();
	}

	@Test
	void aDeadProcessIsNoOverlap() throws Exception {
		Process process = new ProcessBuilder("true").start();
		process.waitFor();
		this.other.enter(RESOURCE, LockMode.EXCLUSIVE);
		live(new Life(GENERATION, process.pid()));
		this.self.enter(RESOURCE, LockMode.EXCLUSIVE);
		assertThat(overlaps()).isZero();
	}

	@Test
	void aDeadGenerationOfALiveProcessIsNoOverlap() {
		this.other.enter(RESOURCE, LockMode.EXCLUSIVE);
		live(new Life(GENERATION + 1, ProcessHandle.current().pid()));
		this.self.enter(RESOURCE, LockMode.EXCLUSIVE);
		assertThat(overlaps()).isZero();
	}

	private void live(Life life) {
		this.board.set(this.board.layout().life(0), life.word());
	}

	private long overlaps() {
		return this.board.get(this.board.layout().overlaps(1));
	}

}
