package org.fasteners.process.file;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads that wait for a lock between processes hold no carrier meanwhile.
 */
@Timeout(120)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTests {

	private static final int THREADS = 1_000;

	private final AtomicInteger ended = new AtomicInteger();

	/** Guarded by the lock under test alone. */
	private int unguarded;

	@Test
	void aThousandWaitAndOthersRunMeanwhile(@TempDir Path directory) {
		SharedExclusiveLock lock = registry(directory).interProcessReaderWriterLock("a");
		assertThatOthersRunMeanwhile(() -> lock.acquire(LockMode.EXCLUSIVE));
	}

	@Test
	void aThousandWaitForAPermitAndOthersRunMeanwhile(@TempDir Path directory) {
		CountingSemaphore semaphore = registry(directory).interProcessSemaphore("a", 1);
		assertThatOthersRunMeanwhile(semaphore::acquire);
	}

	private static LockRegistry registry(Path directory) {
		return LockRegistries.builder().lockDirectory(directory.resolve("locks")).build();
	}

	private void assertThatOthersRunMeanwhile(Supplier<LockHold> lock) {
		AtomicInteger begun = new AtomicInteger();
		AtomicBoolean over = new AtomicBoolean();
		AtomicLong canary = new AtomicLong();
		LockHold first = lock.get();
		for (int i = 0; i < THREADS; i++) {
			virtual(() -> {
				begun.incrementAndGet();
				try (LockHold hold = lock.get()) {
					this.unguarded++;
				}
				this.ended.incrementAndGet();
			});
		}
		virtual(() -> {
			while (!over.get()) {
				canary.incrementAndGet();
				Thread.yield();
			}
		});
		Background.until(() -> begun.get() == THREADS);
		long then = canary.get();
		Background.until(() -> canary.get() > then);
		assertThat(this.ended).hasValue(0);
		first.close();
		Background.until(() -> this.ended.get() == THREADS);
		over.set(true);
		assertThat(this.unguarded).isEqualTo(THREADS);
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

}
