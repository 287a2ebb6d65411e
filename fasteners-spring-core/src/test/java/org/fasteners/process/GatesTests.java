package org.fasteners.process;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.process.file.FileLockEngine;
import org.fasteners.process.file.LockDirectoryAccess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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

	private InterProcessReaderWriterLock lock(LockPreference preference, List<InterProcessLocks> opened) {
		InterProcessLocks one = new InterProcessLocks(new FileLockEngine(this.directory, LockDirectoryAccess.OWNER),
				preference, Pauses.DEFAULT, null);
		opened.add(one);
		return one.get("shows", "hamlet");
	}

	@Test
	void thePreferenceOfAClosedRegistryBindsNobody() {
		List<InterProcessLocks> opened = new ArrayList<>();
		InterProcessReaderWriterLock fair = lock(LockPreference.FAIR, opened);
		fair.acquire(LockMode.EXCLUSIVE).close();
		InterProcessReaderWriterLock same = lock(LockPreference.FAIR, opened);
		opened.get(0).close();
		assertThatIllegalStateException().isThrownBy(() -> lock(LockPreference.WRITER, opened))
			.withMessageContaining("FAIR already");
		opened.get(1).close();
		InterProcessReaderWriterLock writer = lock(LockPreference.WRITER, opened);
		assertThatIllegalStateException().isThrownBy(() -> lock(LockPreference.FAIR, opened))
			.withMessageContaining("WRITER already");
		// those of the closed ones still exclude it
		try (LockHold hold = writer.acquire(LockMode.EXCLUSIVE)) {
			assertThat(fair.tryAcquire(LockMode.SHARED).isAcquired()).isFalse();
		}
		try (LockHold hold = same.acquire(LockMode.EXCLUSIVE)) {
			assertThat(fair.isHeld(LockMode.EXCLUSIVE)).isTrue();
			assertThat(Background.elsewhere(() -> writer.tryAcquire(LockMode.SHARED).isAcquired())).isFalse();
		}
		writer.acquire(LockMode.EXCLUSIVE).close();
	}

	@Test
	void thePreferenceOfAClosedRegistryBindsAsLongAsTheLockIsHeld() {
		List<InterProcessLocks> opened = new ArrayList<>();
		LockHold hold = lock(LockPreference.FAIR, opened).acquire(LockMode.SHARED);
		opened.get(0).close();
		assertThatIllegalStateException().isThrownBy(() -> lock(LockPreference.WRITER, opened));
		hold.close();
		lock(LockPreference.WRITER, opened).acquire(LockMode.EXCLUSIVE).close();
	}

	@Test
	void ofTwoRegistriesThatComeAtTheSameMomentWithTwoPreferencesOneIsRefused() throws Exception {
		for (int round = 0; round < 200; round++) {
			List<InterProcessLocks> before = new ArrayList<>();
			InterProcessReaderWriterLock old = lock(LockPreference.FAIR, before);
			before.get(0).close();
			List<InterProcessLocks> opened = new CopyOnWriteArrayList<>();
			CyclicBarrier barrier = new CyclicBarrier(2);
			List<Background<Boolean>> both = Stream.of(LockPreference.FAIR, LockPreference.WRITER)
				.map((preference) -> Background.run(() -> {
					barrier.await();
					try {
						lock(preference, opened);
						return true;
					}
					catch (IllegalStateException ex) {
						return false;
					}
				}))
				.toList();
			assertThat(both.stream().filter(Background::result).count()).as("round %d", round).isEqualTo(1);
			opened.forEach(InterProcessLocks::close);
			old.acquire(LockMode.SHARED).close();
		}
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
