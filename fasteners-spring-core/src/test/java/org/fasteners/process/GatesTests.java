package org.fasteners.process;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

import org.fasteners.Background;
import org.fasteners.LockMode;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.process.file.FileLockEngine;
import org.fasteners.process.file.LockDirectoryAccess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Gates}: what is kept, and for how long.
 */
@Timeout(60)
class GatesTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private InterProcessLocks locks;

	@BeforeEach
	void open() {
		this.locks = new InterProcessLocks(new FileLockEngine(this.directory, LockDirectoryAccess.OWNER), null);
	}

	@Test
	void keysThatNobodyUsesAnyMoreAreForgotten() {
		int before = Gates.size();
		for (int i = 0; i < 1_000; i++) {
			this.locks.get("shows", "key " + i).acquire(LockMode.EXCLUSIVE).close();
		}
		collectUntil(() -> Gates.size() <= before);
	}

	@Test
	void aKeyThatIsHeldIsKeptAlthoughNobodyRefersToItsLock() {
		this.locks.get("shows", "held").writeLock().lock();
		collect();
		assertThat(this.locks.get("shows", "held").isHeld(LockMode.EXCLUSIVE)).isTrue();
		assertThat(Background.elsewhere(() -> this.locks.get("shows", "held").writeLock().tryLock())).isFalse();
		this.locks.get("shows", "held").writeLock().unlock();
		assertThat(Background.elsewhere(() -> {
			boolean obtained = this.locks.get("shows", "held").writeLock().tryLock();
			this.locks.get("shows", "held").writeLock().unlock();
			return obtained;
		})).isTrue();
	}

	@Test
	void theObjectsOfAKeyAreOneLock() {
		InterProcessReaderWriterLock one = this.locks.get("shows", "hamlet");
		InterProcessReaderWriterLock other = this.locks.get("shows", "hamlet");
		one.writeLock().lock();
		assertThat(other.isHeld(LockMode.EXCLUSIVE)).isTrue();
		other.writeLock().unlock();
		assertThat(one.isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	@Test
	void closingTheRegistryEndsTheWaitForAKey() {
		this.locks.get("shows", "hamlet").writeLock().lock();
		Background<String> waiter = Background.run(() -> {
			try {
				this.locks.get("shows", "hamlet").acquire(LockMode.SHARED).close();
				return "obtained";
			}
			catch (LockRegistryClosedException ex) {
				return ex.getMessage();
			}
		}).awaitWaiting();
		this.locks.close();
		assertThat(waiter.result()).contains("shows[hamlet]");
		this.locks.get("shows", "hamlet").writeLock().unlock();
	}

	private static void collect() {
		WeakReference<Object> canary = new WeakReference<>(new Object());
		collectUntil(() -> canary.refersTo(null));
	}

	private static void collectUntil(BooleanSupplier event) {
		Background.until(() -> {
			System.gc();
			return event.getAsBoolean();
		});
	}

}
