package org.fasteners.thread;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Locks are used by hand up to the end of the stack, wherever that happens to be: what
 * was acquired there is released there.
 */
@Timeout(300)
class DeepStackTests {

	private static final int ROUNDS = 6;

	/** From the end of the stack outwards. */
	private static final int LEVELS = 200;

	private final ReaderWriterLock lock = new ReaderWriterLock("deep");

	@ParameterizedTest
	@EnumSource
	void aLockThatIsEnteredUntilTheStackEndsIsFreeAfterwards(LockMode mode) throws Exception {
		Lock side = this.lock.side(mode);
		for (int round = 0; round < ROUNDS; round++) {
			dive(round, () -> enter(side));
			assertThat(this.lock.owner()).as("after round %d", round).isEqualTo(ReaderWriterLock.Owner.NONE);
		}
		Others.assertFree(this.lock);
	}

	@SuppressWarnings("InfiniteRecursion") // to the end of the stack
	static void enter(Lock side) {
		side.lock();
		try {
			enter(side);
		}
		finally {
			side.unlock();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aHoldThatIsAcquiredNearTheEndOfTheStackIsClosedThere(LockMode mode) throws Exception {
		useAtTheEnd(() -> this.lock.acquire(mode).close());
	}

	@ParameterizedTest
	@EnumSource
	void aHoldThatIsDetachedNearTheEndOfTheStackIsClosedThere(LockMode mode) throws Exception {
		useAtTheEnd(() -> {
			LockHold hold = this.lock.acquire(mode);
			try {
				hold.detach();
			}
			finally {
				hold.close();
			}
		});
	}

	@ParameterizedTest
	@EnumSource
	void anOwnerThatIsNoThreadReleasesNearTheEndOfTheStack(LockMode mode) throws Exception {
		ReaderWriterLock supplied = ReaderWriterLock.builder().owners(() -> "owner").build();
		for (int round = 0; round < ROUNDS; round++) {
			dive(round, () -> enter(supplied.side(mode)));
			assertThat(supplied.owner()).as("after round %d", round).isEqualTo(ReaderWriterLock.Owner.NONE);
		}
		Others.assertFree(supplied);
	}

	/** Which are refused there, and lock the mutex of the queue otherwise. */
	static Stream<Named<Consumer<ReaderWriterLock>>> queries() {
		return Stream.of(Named.of("queueLength", ReaderWriterLock::queueLength),
				Named.of("isWriter", (lock) -> lock.isWriter(true)), Named.of("isReader", ReaderWriterLock::isReader),
				Named.of("holders", ReaderWriterLock::holders), Named.of("close", ReaderWriterLock::close));
	}

	@ParameterizedTest
	@MethodSource("queries")
	@Timeout(60)
	void aQueryAtTheEndOfTheStackLeavesTheQueueUsable(Consumer<ReaderWriterLock> query) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			ReaderWriterLock asked = new ReaderWriterLock("asked");
			// a read hold that is in no slot
			LockHold hold = asked.acquire(LockMode.SHARED).detach();
			dive(round, () -> descend(() -> query.accept(asked), new int[] { LEVELS }));
			assertThat(Background.elsewhere(asked::queueLength)).as("after round %d", round).isZero();
			hold.close();
			Others.assertFree(asked);
		}
	}

	private void useAtTheEnd(Runnable use) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			dive(round, () -> descend(use, new int[] { LEVELS }));
			assertThat(this.lock.owner()).as("after round %d", round).isEqualTo(ReaderWriterLock.Owner.NONE);
		}
		Others.assertFree(this.lock);
	}

	/** To the end, and then again and again with a little more stack each time. */
	@SuppressWarnings("InfiniteRecursion")
	private static void descend(Runnable use, int[] left) {
		try {
			descend(use, left);
		}
		catch (StackOverflowError ex) {
			// here it ends
		}
		if (left[0]-- > 0) {
			try {
				use.run();
			}
			catch (StackOverflowError ex) {
				// refused
			}
		}
	}

	/** In a thread of its own, with another size of stack each round. */
	static void dive(int round, Runnable action) throws InterruptedException {
		AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
		Thread thread = new Thread(null, () -> {
			try {
				action.run();
			}
			catch (StackOverflowError ex) {
				// what was asked for
			}
			catch (Throwable ex) {
				end.set(ex);
			}
		}, "diver " + round, 256 * 1024 + round * 1003L);
		thread.start();
		thread.join();
		assertThat(end.get()).isNull();
	}

}
