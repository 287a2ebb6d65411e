package org.fasteners.thread;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads, where there are any: many of them contend, and none holds a carrier
 * while it waits.
 */
@Timeout(120)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadTests {

	private static final int THREADS = 10_000;

	private static final List<LockMode> MODES = List.of(LockMode.values());

	private final AtomicInteger writes = new AtomicInteger();

	private final AtomicInteger ended = new AtomicInteger();

	/** Guarded by the lock under test alone. */
	private int unguarded;

	private int twin;

	@ParameterizedTest
	@EnumSource
	void tenThousandContendAndOthersRunMeanwhile(LockPreference preference) throws Exception {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		AtomicBoolean over = new AtomicBoolean();
		AtomicLong canary = new AtomicLong();
		// all wait first, more of them than there are carriers
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		for (int i = 0; i < THREADS; i++) {
			boolean writes = i % 4 == 0;
			virtual(() -> section(lock, writes ? LockMode.EXCLUSIVE : LockMode.SHARED));
		}
		Background.until(() -> lock.queueLength() == THREADS);
		virtual(() -> {
			while (!over.get()) {
				canary.incrementAndGet();
				Thread.yield();
			}
		});
		Background.until(() -> canary.get() > 10);
		assertThat(this.ended).hasValue(0);
		write.close();
		Background.until(() -> this.ended.get() > 0);
		long then = canary.get();
		Background.until(() -> canary.get() > then);
		Background.until(() -> this.ended.get() == THREADS);
		over.set(true);
		assertThat(this.writes).hasValue(THREADS / 4);
		assertThat(this.unguarded).isEqualTo(THREADS / 4).isEqualTo(this.twin);
		Others.assertFree(lock);
	}

	private void section(ReaderWriterLock lock, LockMode mode) {
		try (LockHold hold = lock.acquire(mode)) {
			if (mode == LockMode.EXCLUSIVE) {
				this.unguarded++;
				Thread.yield();
				this.twin++;
				this.writes.incrementAndGet();
			}
			else {
				assertThat(this.unguarded).isEqualTo(this.twin);
			}
		}
		this.ended.incrementAndGet();
	}

	@Test
	void nobodyIsPinned(@TempDir Path directory) throws Exception {
		ReaderWriterLock lock = new ReaderWriterLock("pinned");
		try (Recording recording = new Recording()) {
			recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
			recording.start();
			LockHold write = lock.acquire(LockMode.EXCLUSIVE);
			for (int i = 0; i < 1000; i++) {
				int number = i;
				virtual(() -> visit(lock, number));
			}
			Background.until(() -> lock.queueLength() == 1000);
			write.close();
			Background.until(() -> this.ended.get() == 1000);
			// a thread that does hold its carrier is recorded
			CountDownLatch pinned = new CountDownLatch(1);
			virtual(() -> {
				assertThat(Pinning.PARKED).isTrue();
				pinned.countDown();
			});
			assertThat(pinned.await(30, TimeUnit.SECONDS)).isTrue();
			recording.stop();
			Path file = directory.resolve("pinned.jfr");
			recording.dump(file);
			List<String> traces = traces(file);
			assertThat(traces).anyMatch((trace) -> trace.contains(Pinning.class.getName()));
			assertThat(traces).noneMatch((trace) -> trace.contains(LockCore.class.getName())
					|| trace.contains(WaitQueue.class.getName()) || trace.contains(WriteCondition.class.getName()));
		}
		Others.assertFree(lock);
	}

	/** By each way that waits. */
	@SuppressWarnings("WaitNotInLoop") // nobody signals
	private void visit(ReaderWriterLock lock, int number) {
		try {
			LockMode mode = MODES.get(number % 3);
			if (number % 2 == 0) {
				lock.side(mode).lock();
			}
			else {
				lock.side(mode).lockInterruptibly();
			}
			if (mode == LockMode.EXCLUSIVE && number % 5 == 0) {
				assertThat(lock.writeLock().newCondition().awaitNanos(1000)).isNotPositive();
			}
			if (mode == LockMode.UPDATE) {
				lock.acquire(LockMode.EXCLUSIVE).close();
			}
			lock.side(mode).unlock();
			this.ended.incrementAndGet();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private static List<String> traces(Path file) throws IOException {
		return RecordingFile.readAllEvents(file)
			.stream()
			.filter((event) -> event.getEventType().getName().equals("jdk.VirtualThreadPinned"))
			.map(RecordedEvent::toString)
			.toList();
	}

	/** The code is compiled for a JDK that has no virtual threads yet. */
	private static void virtual(Runnable action) {
		try {
			Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
			start.invoke(null, action);
		}
		catch (ReflectiveOperationException ex) {
			throw new LinkageError("virtual threads", ex);
		}
	}

	/**
	 * Waits while it is initialised, which no virtual thread can do without its carrier.
	 */
	private static final class Pinning {

		private static final boolean PARKED = park();

		private static boolean park() {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
			return true;
		}

	}

}
