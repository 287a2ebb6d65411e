package org.fasteners.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.fasteners.Background;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistry;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockSettings;
import org.fasteners.LockTimeoutException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.InterProcessLock;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.fasteners.process.file.LockProtocol;
import org.fasteners.thread.ReaderWriterLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * {@link LockRegistries} and the registry that it makes.
 */
@Timeout(60)
class LockRegistriesTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@Test
	void sameNameSameLockAndBothSidesBelongTogether() {
		LockRegistry registry = registry();
		assertThat(registry.readWriteLock("a")).isSameAs(registry.readWriteLock("a"));
		assertThat(registry.lock("a")).isSameAs(registry.readWriteLock("a").writeLock());
		assertThat(registry.interProcessReaderWriterLock("a")).isSameAs(registry.interProcessReaderWriterLock("a"))
			.isInstanceOf(InterProcessReaderWriterLock.class);
		assertThat(registry.interProcessLock("a")).isSameAs(registry.interProcessReaderWriterLock("a").writeLock())
			.isInstanceOf(InterProcessLock.class);
	}

	@Test
	void aKeyHasALockBetweenThreadsAsItHasOneBetweenProcesses() {
		LockRegistry registry = registry();
		SharedExclusiveLock thread = registry.readWriteLock("orders", "4711");
		assertThat(registry.readWriteLock("orders", "4711")).isSameAs(thread)
			.isNotSameAs(registry.readWriteLock("orders"));
		assertThat(registry.lock("orders", "4711")).isSameAs(thread.writeLock());
		assertThat(thread.name()).isEqualTo("orders[4711]")
			.isEqualTo(registry.interProcessLock("orders", "4711").name());
		String refusal = catchThrowable(() -> registry.interProcessLock("orders", "\ud800")).getMessage();
		assertThatIllegalArgumentException().isThrownBy(() -> registry.lock("orders", "\ud800")).withMessage(refusal);
		assertThatIllegalArgumentException().isThrownBy(() -> registry.lock("", "4711"));
	}

	@Test
	void threadLocksBelongToTheirRegistryAndFileLocksToAll() {
		LockRegistry one = registry();
		LockRegistry other = registry();
		try (LockHold thread = one.lock("a").acquire(); LockHold process = one.interProcessLock("a").acquire()) {
			assertThat(Background.elsewhere(() -> other.lock("a").tryLock())).isTrue();
			assertThat(Background.elsewhere(() -> other.interProcessLock("a").tryLock())).isFalse();
			// and the same thread re-enters
			other.interProcessLock("a").acquire().close();
		}
		assertThat(Background.elsewhere(() -> {
			boolean locked = other.interProcessLock("a").tryLock();
			other.interProcessLock("a").unlock();
			return locked;
		})).isTrue();
	}

	@Test
	void aLockDirectoryIsRequiredForInterProcessLocksAlone() {
		LockRegistry registry = LockRegistries.builder().build();
		registry.lock("a").acquire().close();
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> registry.interProcessLock("shows"))
			.satisfies((ex) -> {
				assertThat(ex.directory()).isNull();
				assertThat(ex.problem()).contains("'shows'");
				assertThat(ex.remedy()).contains("fasteners.lock-directory").contains("lockDirectory(");
			});
	}

	@Test
	void aPathThatOnlyAShellWouldReplaceIsRefusedAtOnce() {
		for (String path : List.of("", "~", "~/locks", "'/locks'", "/locks\"", " /locks", "file:/locks")) {
			assertThatExceptionOfType(LockDirectoryException.class)
				.isThrownBy(() -> LockRegistries.builder().lockDirectory(Path.of(path)))
				.withMessageContaining("is written as " + path);
		}
		for (String path : List.of(".", "./~name", "/a/~b", "/a/$b", "C:locks", "o'clock/locks")) {
			assertThat(LockRegistries.builder().lockDirectory(Path.of(path))).isNotNull();
		}
	}

	@Test
	void theLockDirectoryIsNotLookedAtBeforeItIsNeeded() throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		LockRegistry registry = LockRegistries.builder().lockDirectory(file).build();
		registry.lock("a").acquire().close();
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> registry.interProcessLock("a"));
	}

	@Test
	void theDefaultTimeoutIsThatOfAllItsLocks() {
		LockRegistry registry = LockRegistries.builder()
			.lockDirectory(this.directory.resolve("locks"))
			.defaultTimeout(Duration.ofMillis(20))
			.build();
		assertThat(registry.defaultTimeout()).contains(Duration.ofMillis(20));
		try (LockHold thread = registry.lock("a").acquire();
				LockHold process = registry.interProcessLock("a").acquire()) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> registry.readWriteLock("a").acquire(LockMode.SHARED)));
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> registry.interProcessLock("a").acquire()));
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> LockRegistries.builder().defaultTimeout(Duration.ofNanos(-1)));
		assertThat(registry().defaultTimeout()).isEmpty();
	}

	@Test
	void whatIsSetForALockGoesBeforeWhatIsSetForAll() {
		LockRegistry registry = LockRegistries.builder()
			.lockDirectory(this.directory.resolve("locks"))
			.defaultTimeout(Duration.ofSeconds(1))
			.processPreference(LockPreference.WRITER)
			.lockSettings(onlyFor("a", new LockSettings(Duration.ofSeconds(2), LockPreference.READER)))
			.processLockSettings(onlyFor("shows/a", new LockSettings(Duration.ofSeconds(3), LockPreference.READER)))
			.build();
		assertSet(Duration.ofSeconds(2), registry.readWriteLock("a"), registry.readWriteLock("a", "key"));
		assertSet(Duration.ofSeconds(1), registry.readWriteLock("b"), registry.readWriteLock("b", "a"),
				registry.readWriteLock("shows/a"), registry.interProcessReaderWriterLock("a"),
				registry.interProcessReaderWriterLock("shows/b"),
				registry.interProcessReaderWriterLock("b", "shows/a"));
		assertSet(Duration.ofSeconds(3), registry.interProcessReaderWriterLock("shows/a"),
				registry.interProcessReaderWriterLock("shows/a", "key"));
		assertThat(registry.interProcessSemaphore("shows/a", 3).defaultTimeout()).contains(Duration.ofSeconds(3));
		assertThat(registry.interProcessSemaphore("shows/b", 3).defaultTimeout()).contains(Duration.ofSeconds(1));
		assertThat(((ReaderWriterLock) registry.readWriteLock("a", "key")).preference())
			.isEqualTo(LockPreference.READER);
		assertThat(((ReaderWriterLock) registry.readWriteLock("b")).preference()).isEqualTo(LockPreference.WRITER);
	}

	private static void assertSet(Duration timeout, SharedExclusiveLock... locks) {
		assertThat(locks).allSatisfy((lock) -> assertThat(lock.defaultTimeout()).as(lock.name()).contains(timeout));
	}

	@Test
	void theTimeoutOfALockEndsItsWaits() {
		LockRegistry registry = LockRegistries.builder()
			.lockDirectory(this.directory.resolve("locks"))
			.lockSettings(onlyFor("a", new LockSettings(Duration.ofMillis(20), null)))
			.processLockSettings(onlyFor("a", new LockSettings(Duration.ZERO, null)))
			.build();
		try (LockHold thread = registry.lock("a", "key").acquire();
				LockHold process = registry.interProcessLock("a", "key").acquire();
				LockHold permit = registry.interProcessSemaphore("a", 1).acquire()) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> registry.lock("a", "key").acquire()))
				.withMessageContaining("'a[key]' for writing within 20ms");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> registry.interProcessLock("a", "key").acquire()))
				.withMessageContaining("'a[key]' for writing at once");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> registry.interProcessSemaphore("a", 1).acquire())
				.withMessageContaining("permits of 'a' at once");
		}
	}

	@Test
	void thePreferenceOfALockFileIsThatOfItsKeysToo() {
		LockRegistry fair = registry();
		LockRegistry set = LockRegistries.builder()
			.lockDirectory(this.directory.resolve("locks"))
			.processLockSettings(onlyFor("a", LockSettings.NONE.withPreference(LockPreference.READER)))
			.build();
		try (LockHold lock = fair.interProcessLock("a").acquire();
				LockHold key = fair.interProcessLock("a", "key").acquire();
				LockHold other = fair.interProcessLock("b").acquire()) {
			assertThatIllegalStateException().isThrownBy(() -> set.interProcessLock("a"))
				.withMessageContaining("'a' is used in this JVM with the preference FAIR");
			assertThatIllegalStateException().isThrownBy(() -> set.interProcessLock("a", "key"))
				.withMessageContaining("READER");
			set.interProcessLock("b").acquire().close();
		}
	}

	@Test
	void aLockFileIsSetByItsPathHoweverItIsGiven() throws IOException {
		List<String> asked = new ArrayList<>();
		Path locks = Files.createDirectory(this.directory.resolve("locks"));
		LockRegistry registry = LockRegistries.builder().lockDirectory(locks).processLockSettings((path) -> {
			asked.add(path);
			return new LockSettings(Duration.ofSeconds(3), null);
		}).build();
		String absolute = locks.toRealPath().resolve("shows/a").toString();
		assertSet(Duration.ofSeconds(3), registry.interProcessReaderWriterLock(absolute),
				registry.interProcessReaderWriterLock(absolute, "key"),
				registry.interProcessReaderWriterLock("shows/a"),
				registry.interProcessReaderWriterLock("shows/a", "other"));
		assertThat(registry.interProcessSemaphore(absolute, 2).defaultTimeout()).contains(Duration.ofSeconds(3));
		assertThat(asked).containsExactly("shows/a");
	}

	@Test
	void whoIsAskedWhatIsSetMayAskForOtherLockFiles() {
		List<LockRegistry> self = new ArrayList<>();
		LockRegistry registry = LockRegistries.builder()
			.lockDirectory(this.directory.resolve("locks"))
			.processLockSettings((path) -> {
				for (int i = 0; path.equals("a") && i < 100; i++) {
					self.get(0).interProcessLock("b" + i).acquire().close();
				}
				return LockSettings.NONE;
			})
			.build();
		self.add(registry);
		registry.interProcessLock("a").acquire().close();
	}

	@Test
	void withFlockALockFileHasNoPreferenceOfItsOwn() {
		LockRegistry registry = LockRegistries.builder()
			.lockDirectory(this.directory.resolve("locks"))
			.protocol(LockProtocol.FLOCK)
			.processLockSettings((path) -> path.equals("a") ? LockSettings.NONE.withPreference(LockPreference.WRITER)
					: LockSettings.NONE.withTimeout(Duration.ZERO))
			.build();
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> registry.interProcessLock("a"))
			.withMessageContaining("fasteners.process.locks.[a].preference is set")
			.satisfies((ex) -> assertThat(ex.remedy()).contains("fasteners.process.file.protocol=fcntl"));
		assertThat(registry.interProcessReaderWriterLock("b").defaultTimeout()).contains(Duration.ZERO);
	}

	private static Function<String, LockSettings> onlyFor(String name, LockSettings settings) {
		return (asked) -> asked.equals(name) ? settings : LockSettings.NONE;
	}

	@Test
	void closingEndsWaitsAndDisturbsNoRunningSection() {
		LockRegistry registry = registry();
		LockHold thread = registry.lock("a").acquire();
		LockHold process = registry.interProcessLock("a").acquire();
		Background<Boolean> first = Background.start(() -> registry.lock("a").acquire()).awaitWaiting();
		Background<Boolean> second = Background.start(() -> registry.interProcessLock("a").acquire()).awaitWaiting();
		registry.close();
		registry.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(first::result);
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(second::result);
		assertThat(registry.lock("a").isHeldByCurrentOwner()).isTrue();
		registry.interProcessLock("a").acquire().close();
		thread.close();
		process.close();
		// a closed registry still knows its locks
		registry.lock("b").acquire().close();
		registry.interProcessLock("b").acquire().close();
	}

	private LockRegistry registry() {
		return LockRegistries.builder().lockDirectory(this.directory.resolve("locks")).build();
	}

}
