package org.fasteners.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.fasteners.Background;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLock;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
