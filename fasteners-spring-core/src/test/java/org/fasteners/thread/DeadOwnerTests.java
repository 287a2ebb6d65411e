package org.fasteners.thread;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Threads that end without releasing: they keep the lock, and who waits for them says so,
 * once.
 */
@Timeout(60)
class DeadOwnerTests {

	/** Where the JDK's own finder of system loggers sends what is logged. */
	private final Logger logger = Logger.getLogger("org.fasteners");

	private final Records records = new Records();

	private final ReaderWriterLock lock = ReaderWriterLock.builder()
		.name("haunted")
		.defaultTimeout(Duration.ofMillis(5))
		.build();

	@BeforeEach
	void listen() {
		this.logger.addHandler(this.records);
	}

	@AfterEach
	void unlisten() {
		this.logger.removeHandler(this.records);
	}

	@ParameterizedTest
	@EnumSource
	void whoWaitsLongerThanASecondWarnsOnceForAll(LockMode mode) throws Exception {
		die("ghost", mode);
		Background<Boolean> waiter = Others.queued(this.lock,
				() -> assertThatExceptionOfType(InterruptedException.class)
					.isThrownBy(this.lock.writeLock()::lockInterruptibly));
		Background.until(() -> !this.records.messages.isEmpty());
		// others who wait in vain have nothing to add
		for (int i = 0; i < 3; i++) {
			assertThat(Background.elsewhere(() -> this.lock.writeLock().tryLock(5, TimeUnit.MILLISECONDS))).isFalse();
		}
		assertThat(waiter.isDone()).isFalse();
		waiter.thread().interrupt();
		waiter.result();
		assertThat(this.records.messages).containsExactly(String.format(Locale.ROOT,
				"WARNING 'haunted' is held for %s by thread 'ghost', which has ended without releasing it: it will not become free",
				mode.purpose()));
		assertStillHeld(mode);
	}

	@ParameterizedTest
	@EnumSource
	void aWaitThatTimesOutWarnsToo(LockMode mode) throws Exception {
		die("ghost", mode);
		assertThat(this.records.messages).isEmpty();
		assertThat(this.lock.writeLock().tryLock(5, TimeUnit.MILLISECONDS)).isFalse();
		assertThat(this.records.messages).singleElement()
			.asString()
			.contains("'haunted'", mode.purpose(), "thread 'ghost'");
		assertStillHeld(mode);
	}

	@ParameterizedTest
	@EnumSource
	void aTimeoutSaysThatTheHolderHasEnded(LockMode mode) {
		die("ghost", mode);
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.lock.acquire(LockMode.EXCLUSIVE))
			.withMessage(
					"Could not lock 'haunted' for writing within 5ms; held for %s by thread 'ghost', which has ended without releasing it",
					mode.purpose());
		assertThat(this.lock.holders()).singleElement()
			.extracting(LockHolder::description)
			.isEqualTo("thread 'ghost', which has ended without releasing it");
		assertStillHeld(mode);
	}

	@Test
	void eachDeadReaderIsReportedOnce() throws Exception {
		for (int i = 0; i < 3; i++) {
			die("ghost " + i, LockMode.SHARED);
			for (int attempt = 0; attempt < 2; attempt++) {
				assertThat(this.lock.writeLock().tryLock(5, TimeUnit.MILLISECONDS)).isFalse();
				assertThat(this.records.messages).hasSize(i + 1);
			}
		}
		for (int i = 0; i < 3; i++) {
			String name = String.format(Locale.ROOT, "'ghost %d'", i);
			assertThat(this.records.messages.stream().filter((message) -> message.contains(name))).hasSize(1);
		}
	}

	@Test
	void anOwnerThatLivesIsNotReported() throws Exception {
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(Background.elsewhere(() -> this.lock.writeLock().tryLock(5, TimeUnit.MILLISECONDS))).isFalse();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> this.lock.acquire(LockMode.SHARED)))
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("ended"));
		}
		assertThat(this.records.messages).isEmpty();
		Others.assertFree(this.lock);
	}

	@Test
	void aThreadThatReleasedBeforeItEndedIsNotReported() throws Exception {
		Background<Boolean> tidy = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close());
		tidy.result();
		tidy.thread().join();
		try (LockHold hold = this.lock.acquire(LockMode.SHARED)) {
			assertThat(Background.elsewhere(() -> this.lock.writeLock().tryLock(5, TimeUnit.MILLISECONDS))).isFalse();
		}
		assertThat(this.records.messages).isEmpty();
		Others.assertFree(this.lock);
	}

	@Test
	void aDetachedHoldOfADeadThreadIsNotReported() throws Exception {
		Background<LockHold> acquirer = Background.run(() -> this.lock.acquire(LockMode.EXCLUSIVE).detach());
		LockHold hold = acquirer.result();
		acquirer.thread().join();
		assertThat(this.lock.writeLock().tryLock(5, TimeUnit.MILLISECONDS)).isFalse();
		assertThat(this.records.messages).isEmpty();
		hold.close();
		Others.assertFree(this.lock);
	}

	@Test
	void aNameIsReportedAsItIs() throws Exception {
		ReaderWriterLock odd = new ReaderWriterLock("it's {0} of {1}");
		die(odd, "ghost {1}", LockMode.EXCLUSIVE);
		assertThat(odd.writeLock().tryLock(5, TimeUnit.MILLISECONDS)).isFalse();
		assertThat(this.records.messages).singleElement()
			.asString()
			.contains("'it's {0} of {1}'", "thread 'ghost {1}'");
	}

	private void die(String name, LockMode mode) {
		die(this.lock, name, mode);
	}

	private static void die(ReaderWriterLock lock, String name, LockMode mode) {
		Background<Boolean> ghost = Background.start(() -> {
			Thread.currentThread().setName(name);
			lock.side(mode).lock();
		});
		ghost.result();
		Background.until(() -> !ghost.thread().isAlive());
	}

	private void assertStillHeld(LockMode mode) {
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		assertThat(this.lock.queueLength()).isZero();
		assertThat(this.lock.holders()).hasSize(1);
	}

	/**
	 * Keeps what is logged.
	 */
	private static final class Records extends Handler {

		private final List<String> messages = new CopyOnWriteArrayList<>();

		@Override
		public void publish(LogRecord record) {
			if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
				this.messages.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
			}
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
