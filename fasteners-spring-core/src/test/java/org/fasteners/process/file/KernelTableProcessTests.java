package org.fasteners.process.file;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockState;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The kernel's table of locks while another process has tens of thousands of them.
 */
@Timeout(120)
@WithKernelLocks
class KernelTableProcessTests extends AmongProcesses {

	private static final int SECTIONS = 2_000;

	private static final String MANY_LOCKS = """
			import fcntl, sys, tempfile
			files = [tempfile.TemporaryFile(dir=sys.argv[1]) for _ in range(30)]
			for i in range(1000):
			    for file in files:
			        fcntl.lockf(file, fcntl.LOCK_EX, 1, 3 * i)
			print('ready', flush=True)
			sys.stdin.read()
			""";

	/** Other tests of this JVM want to know what is so now. */
	@AfterEach
	void letTheTableBecomeCheapAgain() throws InterruptedException {
		stop();
		Background.until(() -> {
			long asked = System.nanoTime();
			return KernelLocks.TABLE.read().isWholeSince(asked);
		});
	}

	private Peer holdManyLocks() throws Exception {
		assumeThat(Commands.succeeds("python3", "--version")).as("Python").isTrue();
		return peer(Peer.program(List.of("python3", "-c", MANY_LOCKS, this.temp.toString())));
	}

	/** How long some sections take of two threads that overlap. */
	private static long sections(Supplier<LockHold> acquire) {
		AtomicBoolean over = new AtomicBoolean();
		AtomicLong done = new AtomicLong();
		List<Background<Boolean>> readers = new ArrayList<>();
		long start = System.nanoTime();
		for (int i = 0; i < 2; i++) {
			readers.add(Background.start(() -> {
				while (!over.get()) {
					try (LockHold hold = acquire.get()) {
						over.compareAndSet(false, done.incrementAndGet() >= SECTIONS);
					}
				}
			}));
		}
		readers.forEach(Background::result);
		return System.nanoTime() - start;
	}

	/** Each look at the table takes some ten milliseconds, and one is made every ten. */
	@Test
	void readersByFlockAreNotSlowedDownByTheLocksOfOthers() throws Exception {
		assumeThat(Commands.succeeds("flock", "--version")).as("flock(1) of util-linux").isTrue();
		InterProcessReaderWriterLock lock = new InterProcessLocks(
				new FileLockEngine(this.locks, FileLockSettings.DEFAULT.withProtocol(LockProtocol.FLOCK)), null)
			.get("a");
		LockHold kept = lock.acquire(LockMode.SHARED);
		Supplier<LockHold> read = () -> {
			LockHold hold = lock.acquire(LockMode.SHARED);
			// sections that are long enough for many looks
			Background.until(new Ticks(50_000));
			return hold;
		};
		sections(read);
		long alone = sections(read);
		holdManyLocks();
		long beside = sections(read);
		kept.close();
		assertThat(beside).isLessThan(5 * alone);
	}

	@Test
	void looksAtTheTableDoNotKeepALockFromBeingAcquired() throws Exception {
		InterProcessReaderWriterLock lock = lock(LockPreference.FAIR);
		Supplier<LockHold> write = () -> lock.acquire(LockMode.EXCLUSIVE);
		sections(write);
		holdManyLocks();
		AtomicBoolean over = new AtomicBoolean();
		List<Background<Boolean>> lookers = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			lookers.add(Background.start(() -> {
				while (!over.get()) {
					assertThat(lock.verify()).isNotEqualTo(LockState.LOST);
					lock.holders();
				}
			}));
		}
		for (int i = 0; i < 5; i++) {
			sections(write);
		}
		over.set(true);
		lookers.forEach(Background::result);
		try (LockHold hold = write.get()) {
			assertThat(lock.verify()).isNotEqualTo(LockState.LOST);
		}
	}

	/** Over after a time. */
	private static final class Ticks implements BooleanSupplier {

		private final long end;

		Ticks(long nanos) {
			this.end = System.nanoTime() + nanos;
		}

		@Override
		public boolean getAsBoolean() {
			return System.nanoTime() - this.end > 0;
		}

	}

}
