package org.fasteners.thread;

import java.util.concurrent.atomic.AtomicBoolean;

import org.fasteners.Background;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is rehearsed before the first lock is rehearsed to the end.
 */
@Timeout(60)
class RehearsalTests {

	private static final int ROUNDS = 200;

	@Test
	void anInterruptNeitherEndsARehearsalNorIsLost() {
		Rehearsal.require();
		for (int round = 0; round < ROUNDS; round++) {
			AtomicBoolean begun = new AtomicBoolean();
			AtomicBoolean flag = new AtomicBoolean();
			Background<Boolean> rehearsal = Background.start(() -> {
				begun.set(true);
				Rehearsal.Play.all();
				Background.until(Thread.currentThread()::isInterrupted);
				flag.set(Thread.interrupted());
			});
			Background.until(begun::get);
			for (int spin = 0; spin < 50 * round; spin++) {
				Thread.onSpinWait();
			}
			rehearsal.thread().interrupt();
			rehearsal.result();
			assertThat(flag).as("round %d", round).isTrue();
		}
	}

}
