package org.fasteners.thread;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;

import com.sun.management.ThreadMXBean;
import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A lock is released while there is no memory at all.
 */
@Timeout(120)
class ScarceMemoryProcessTests {

	/** What is released without memory, and what follows from it. */
	enum Scene {

		ATTACHED, DETACHED, CONTENDED, CONTENDED_DETACHED, AWAIT, COME_BACK

	}

	@ParameterizedTest
	@EnumSource
	void aReleaseWithoutMemoryReleasesAndWakes(Scene scene) throws Exception {
		for (LockMode mode : LockMode.values()) {
			boolean condition = scene == Scene.AWAIT || scene == Scene.COME_BACK;
			if (!condition || mode == LockMode.EXCLUSIVE) {
				assertThat(run(scene, mode)).isEqualTo("done");
			}
		}
	}

	private static String run(Scene scene, LockMode mode) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx16m", "-XX:+UseSerialGC", "-XX:-UseTLAB", "-cp", System.getProperty("java.class.path"),
				ScarceMemoryProcessTests.class.getName(), scene.name(), mode.name())
			.redirectErrorStream(true)
			.start();
		try {
			process.getOutputStream().close();
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static Object @Nullable [] heap;

	public static void main(String[] arguments) throws Exception {
		Scene scene = Scene.valueOf(arguments[0]);
		LockMode mode = LockMode.valueOf(arguments[1]);
		ReaderWriterLock lock = new ReaderWriterLock("scarce");
		try {
			throw new OutOfMemoryError("to be caught for the first time, which takes memory");
		}
		catch (OutOfMemoryError ex) {
			play(scene, lock, mode, false);
		}
		play(scene, lock, mode, true);
		if (!lock.writeLock().tryLock()) {
			throw new AssertionError(lock.toString());
		}
		System.out.println("done");
		System.exit(0);
	}

	/** A thread comes back from a condition, while another one holds the lock. */
	@SuppressWarnings({ "WaitNotInLoop", "ThreadPriorityCheck" })
	private static void comeBack(ReaderWriterLock lock, boolean scarce) throws Exception {
		Condition condition = lock.writeLock().newCondition();
		AtomicReference<String> end = new AtomicReference<>("");
		AtomicBoolean waits = new AtomicBoolean();
		Thread thread = new Thread(() -> {
			lock.writeLock().lock();
			try {
				waits.set(true);
				condition.awaitUninterruptibly();
			}
			catch (Throwable ex) {
				end.set("it did not come back");
			}
			try {
				lock.writeLock().unlock();
				end.compareAndSet("", "done");
			}
			catch (Throwable ex) {
				end.set("the lock was not held");
			}
		});
		thread.start();
		while (!waits.get()) {
			Thread.yield();
		}
		lock.writeLock().lock();
		if (scarce) {
			fill();
		}
		condition.signal();
		while (lock.queueLength() == 0 && thread.isAlive()) {
			Thread.yield();
		}
		lock.writeLock().unlock();
		while ("".equals(end.get())) {
			Thread.yield();
		}
		heap = null;
		thread.join();
		if (!"done".equals(end.get()) || lock.owner() != ReaderWriterLock.Owner.NONE) {
			throw new AssertionError(end.get());
		}
	}

	@SuppressWarnings("WaitNotInLoop") // whether it comes back is all
	private static void play(Scene scene, ReaderWriterLock lock, LockMode mode, boolean scarce) throws Exception {
		if (scene == Scene.COME_BACK) {
			comeBack(lock, scarce);
			return;
		}
		LockHold hold = lock.acquire(mode);
		boolean contended = scene == Scene.CONTENDED || scene == Scene.CONTENDED_DETACHED;
		if (scene == Scene.DETACHED || scene == Scene.CONTENDED_DETACHED) {
			hold.detach();
		}
		Background<Boolean> thread = contended ? Others.queue(lock, LockMode.EXCLUSIVE, () -> {
		}) : null;
		CompletableFuture<LockHold> future = contended ? lock.acquireAsync(LockMode.EXCLUSIVE, Runnable::run) : null;
		Condition condition = lock.writeLock().newCondition();
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long me = Thread.currentThread().getId();
		threads.getThreadAllocatedBytes(me);
		if (scarce) {
			fill();
		}
		boolean failed = false;
		long before = threads.getThreadAllocatedBytes(me);
		if (scene == Scene.AWAIT) {
			try {
				condition.awaitNanos(1);
			}
			catch (OutOfMemoryError ex) {
				failed = true;
			}
		}
		hold.close();
		long allocated = threads.getThreadAllocatedBytes(me) - before;
		heap = null;
		if (future != null && thread != null) {
			thread.result();
			future.get(30, TimeUnit.SECONDS).close();
		}
		if (lock.owner() != ReaderWriterLock.Owner.NONE) {
			throw new AssertionError("still held: " + lock);
		}
		if (scarce && !contended && scene != Scene.AWAIT && allocated > 0) {
			throw new AssertionError(allocated + " bytes were allocated");
		}
		if (scarce && scene == Scene.AWAIT && !failed) {
			throw new AssertionError("there was memory to wait");
		}
	}

	/** To the last byte. */
	private static void fill() {
		for (int size = 1 << 20; size >= 8; size /= 8) {
			try {
				while (true) {
					Object[] more = new Object[size / 4 + 1];
					more[0] = heap;
					heap = more;
				}
			}
			catch (OutOfMemoryError ex) {
				// not one more of that size
			}
		}
		try {
			while (true) {
				Object[] more = new Object[1];
				more[0] = heap;
				heap = more;
			}
		}
		catch (OutOfMemoryError ex) {
			// nothing is left
		}
	}

}
