package org.fasteners.thread;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the JVM's own tools see of a {@link ReaderWriterLock}.
 */
@Timeout(60)
class ToolVisibilityTests {

	private final ThreadMXBean tools = ManagementFactory.getThreadMXBean();

	private final ReaderWriterLock lock = new ReaderWriterLock("visible");

	@Test
	void aDeadlockOfTwoWritersIsFound() {
		ReaderWriterLock other = new ReaderWriterLock("other");
		CyclicBarrier both = new CyclicBarrier(2);
		Background<Boolean> one = deadlocked(both, this.lock, other);
		Background<Boolean> two = deadlocked(both, other, this.lock);
		Background.until(() -> this.lock.queueLength() == 1 && other.queueLength() == 1);
		long[] found = { one.thread().getId(), two.thread().getId() };
		Background.until(() -> deadlocked().anyMatch((id) -> id == found[0]));
		assertThat(deadlocked()).contains(found[0], found[1]);
		one.thread().interrupt();
		one.result();
		two.thread().interrupt();
		two.result();
		assertThat(deadlocked()).doesNotContain(found[0], found[1]);
		Others.assertFree(this.lock);
		Others.assertFree(other);
	}

	private static Background<Boolean> deadlocked(CyclicBarrier both, ReaderWriterLock first, ReaderWriterLock second) {
		return Background.start(() -> {
			try (LockHold hold = first.acquire(LockMode.EXCLUSIVE)) {
				both.await(30, TimeUnit.SECONDS);
				try {
					second.writeLock().lockInterruptibly();
					// the other one has been interrupted and is gone
					second.writeLock().unlock();
				}
				catch (InterruptedException ex) {
					assertThat(Thread.currentThread().isInterrupted()).isFalse();
				}
			}
		});
	}

	private LongStream deadlocked() {
		long[] found = this.tools.findDeadlockedThreads();
		return (found != null) ? Arrays.stream(found) : LongStream.empty();
	}

	@ParameterizedTest
	@EnumSource
	void whoWaitsForAWriterIsSeenToWaitForIt(LockMode mode) {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Others.queue(this.lock, mode, () -> {
		}).awaitWaiting();
		Background.until(() -> info(waiter.thread()).getLockOwnerId() == Thread.currentThread().getId());
		ThreadInfo info = info(waiter.thread());
		assertThat(info.getLockOwnerName()).isEqualTo(Thread.currentThread().getName());
		assertThat(info.getLockInfo()).isNotNull();
		assertThat(info.getLockInfo().getClassName()).startsWith("org.fasteners.");
		write.close();
		waiter.result();
		Others.assertFree(this.lock);
	}

	@Test
	void aWriterIsSeenToOwnTheLockUntilItsLastRelease() {
		assertThat(owned()).isZero();
		this.lock.writeLock().lock();
		this.lock.writeLock().lock();
		assertThat(owned()).isEqualTo(1);
		this.lock.writeLock().unlock();
		assertThat(owned()).isEqualTo(1);
		this.lock.writeLock().unlock();
		assertThat(owned()).isZero();
		LockHold detached = this.lock.acquire(LockMode.EXCLUSIVE).detach();
		assertThat(owned()).isZero();
		detached.close();
		// by way of the queue too
		LockHold read = this.lock.acquire(LockMode.SHARED);
		assertThat(owned()).isZero();
		Background<Boolean> writer = Others.queue(this.lock, LockMode.EXCLUSIVE,
				() -> assertThat(owned()).isEqualTo(1));
		read.close();
		writer.result();
		Others.assertFree(this.lock);
	}

	/** How many locks of this library the caller is seen to own. */
	private long owned() {
		ThreadInfo[] infos = this.tools.getThreadInfo(new long[] { Thread.currentThread().getId() }, false, true);
		return Arrays.stream(infos[0].getLockedSynchronizers())
			.map(LockInfo::getClassName)
			.filter((name) -> name.startsWith("org.fasteners."))
			.count();
	}

	@Test
	void whoWaitsForReadersIsSeenToWaitForTheLockWhichNobodyOwns() {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = Others.queue(this.lock, LockMode.EXCLUSIVE, () -> {
		}).awaitWaiting();
		Background.until(() -> info(writer.thread()).getLockInfo() != null
				&& info(writer.thread()).getLockInfo().getClassName().startsWith("org.fasteners."));
		assertThat(info(writer.thread()).getLockOwnerId()).isEqualTo(-1);
		read.close();
		writer.result();
		Others.assertFree(this.lock);
	}

	@Test
	void ownersThatAreSuppliedAreNotSeen() {
		ReaderWriterLock supplied = ReaderWriterLock.builder().owners(Thread::currentThread).build();
		try (LockHold write = supplied.acquire(LockMode.EXCLUSIVE)) {
			assertThat(owned()).isZero();
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(() -> Background.elsewhere(() -> {
				write.close();
				return List.of();
			}));
		}
		Others.assertFree(supplied);
	}

	private ThreadInfo info(Thread thread) {
		return this.tools.getThreadInfo(thread.getId());
	}

}
