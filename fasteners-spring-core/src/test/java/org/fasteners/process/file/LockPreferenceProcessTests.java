package org.fasteners.process.file;

import java.time.Duration;
import java.util.Locale;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Who goes first among processes.
 */
@Timeout(120)
class LockPreferenceProcessTests extends AmongProcesses {

	/** The byte of those who wait. */
	private static final int TURNSTILE = 4;

	private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

	private static boolean attempt(InterProcessReaderWriterLock lock, LockMode mode, Duration timeout) {
		try (LockAttempt attempt = lock.tryAcquire(mode, timeout)) {
			return attempt.isAcquired();
		}
	}

	/** Not who looks there once: that takes the byte behind it as well. */
	private void awaitInTurnstile(Peer peer) {
		Background.until(() -> KernelLocks.locks(this.locks.resolve(NAME), TURNSTILE, TURNSTILE)
			.stream()
			.filter((lock) -> lock.last() == TURNSTILE)
			.anyMatch((lock) -> lock.holder().pid() == peer.pid()));
	}

	@Test
	void aStoppedWaiterThatHoldsUpTheOthersIsNamed() throws Exception {
		InterProcessReaderWriterLock lock = lock(LockPreference.FAIR);
		Peer reader = peer(LockPreference.FAIR);
		Peer waiter = peer(LockPreference.FAIR);
		reader.order("lock SHARED");
		waiter.send("lock EXCLUSIVE");
		awaitInTurnstile(waiter);
		waiter.freeze();
		// not the first reader alone: the timeout of another reader is due to the waiter
		assertThat(lock.holders()).satisfiesExactly(
				(holder) -> assertThat(holder).matches((it) -> it.pid() == reader.pid() && !it.waiting()),
				(holder) -> assertThat(holder).matches((it) -> it.pid() == waiter.pid() && it.waiting()));
		reader.order("unlock SHARED");
		assertThat(attempt(lock, LockMode.EXCLUSIVE, Duration.ofMillis(50))).isFalse();
		assertThat(lock.holders()).singleElement()
			.matches((holder) -> holder.pid() == waiter.pid() && holder.waiting());
		waiter.signal("CONT");
		waiter.expect("done");
		assertThat(lock.holders()).singleElement()
			.matches((holder) -> holder.pid() == waiter.pid() && !holder.waiting());
		waiter.order("unlock EXCLUSIVE");
		assertThat(lock.holders()).isEmpty();
	}

	@Test
	void aTimeoutOfAReaderNamesTheStoppedWriterBehindTheThreadThatReads() throws Exception {
		InterProcessReaderWriterLock lock = new InterProcessLocks(
				new FileLockEngine(this.locks, LockDirectoryAccess.OWNER), Duration.ofMillis(50))
			.get(NAME);
		Peer waiter = peer(LockPreference.FAIR);
		try (LockHold read = lock.acquire(LockMode.SHARED)) {
			waiter.send("lock EXCLUSIVE");
			awaitInTurnstile(waiter);
			waiter.freeze();
			Background.until(() -> !Background.elsewhere(() -> attempt(lock, LockMode.SHARED, Duration.ZERO)));
			Background<LockHold> reader = Background.run(() -> lock.acquire(LockMode.SHARED));
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(reader::result)
				.withMessageContainingAll("held for reading by thread",
						"; the place of the first waiter is held by pid " + waiter.pid());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void aWriterThatWaitsHoldsBackNewReadersOfOtherProcesses(LockPreference preference) throws Exception {
		InterProcessReaderWriterLock lock = lock(preference);
		Peer reader = peer(preference);
		Peer writer = peer(preference);
		reader.order("lock SHARED");
		writer.send("lock EXCLUSIVE");
		awaitInTurnstile(writer);
		assertThat(attempt(lock, LockMode.SHARED, Duration.ofMillis(100))).isFalse();
		reader.order("unlock SHARED");
		writer.expect("done");
		writer.order("unlock EXCLUSIVE");
		assertThat(attempt(lock, LockMode.SHARED, LONG_ENOUGH)).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void aWriterThatWaitsHoldsBackNewReadersOfAProcessThatReads(LockPreference preference) throws Exception {
		InterProcessReaderWriterLock lock = lock(preference);
		Peer writer = peer(preference);
		try (LockHold read = lock.acquire(LockMode.SHARED)) {
			writer.send("lock EXCLUSIVE");
			awaitInTurnstile(writer);
			Background.until(() -> !Background.elsewhere(() -> attempt(lock, LockMode.SHARED, Duration.ZERO)));
			assertThat(Background.elsewhere(() -> attempt(lock, LockMode.SHARED, Duration.ofMillis(100)))).isFalse();
			assertThat(attempt(lock, LockMode.SHARED, Duration.ZERO)).as("who reads already").isTrue();
		}
		writer.expect("done");
		writer.order("unlock EXCLUSIVE");
		assertThat(attempt(lock, LockMode.SHARED, LONG_ENOUGH)).isTrue();
	}

	@Test
	void amongReaderPreferringProcessesAWriterThatWaitsHoldsBackNobody() throws Exception {
		InterProcessReaderWriterLock lock = lock(LockPreference.READER);
		Peer reader = peer(LockPreference.READER);
		Peer writer = peer(LockPreference.READER);
		reader.order("lock SHARED");
		Background<String> waiting = Background.run(() -> writer.tell("try EXCLUSIVE 500"));
		int reads = 0;
		while (!waiting.isDone()) {
			assertThat(attempt(lock, LockMode.SHARED, Duration.ZERO)).isTrue();
			reads++;
		}
		assertThat(waiting.result()).isEqualTo("false");
		assertThat(reads).isPositive();
		reader.order("unlock SHARED");
		assertThat(writer.tell("try EXCLUSIVE " + LONG_ENOUGH.toMillis())).isEqualTo("true");
	}

	/** The writer cannot go on before the updater does, and must not be waited for. */
	@ParameterizedTest
	@EnumSource
	void anUpgradeDoesNotWaitForAWriterOfItsProcessThatWaitedBefore(LockPreference preference) throws Exception {
		InterProcessReaderWriterLock lock = lock(preference);
		Peer reader = peer(preference);
		reader.order("lock SHARED");
		Background<Boolean> writer = Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close()).awaitWaiting();
		Background<Boolean> upgrade = Background.start(() -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE); LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
			}
		}).awaitWaiting();
		if (preference == LockPreference.READER) {
			Background.until(() -> lock.isHeld(LockMode.UPDATE));
		}
		reader.order("unlock SHARED");
		assertThat(upgrade.result()).isTrue();
		assertThat(writer.result()).isTrue();
	}

	@Test
	void aFairReaderGetsInBesideTwoBusyWriterProcesses() throws Exception {
		InterProcessReaderWriterLock lock = lock(LockPreference.FAIR);
		Sections sections = Sections.beside(this.locks);
		for (int i = 0; i < 2; i++) {
			peer(LockPreference.FAIR).order(String.format(Locale.ROOT, "loop EXCLUSIVE 1 %d 1000", i));
		}
		for (int i = 0; i < 20; i++) {
			long before = sections.done();
			Background.until(() -> sections.done() > before);
			assertThat(attempt(lock, LockMode.SHARED, LONG_ENOUGH)).isTrue();
		}
	}

	@Test
	void aSecondPreferenceInOneProcessIsAnErrorThatNamesBoth() {
		InterProcessReaderWriterLock first = lock(LockPreference.READER);
		assertThatIllegalStateException().isThrownBy(() -> lock(LockPreference.WRITER))
			.withMessageContaining("'shows/hamlet'")
			.withMessageContaining("READER")
			.withMessageContaining("WRITER");
		assertThat(attempt(first, LockMode.SHARED, Duration.ZERO)).isTrue();
	}

	@Test
	void processesWithDifferentPreferencesStillExcludeOneAnother() throws Exception {
		Sections sections = Sections.beside(this.locks);
		for (LockPreference preference : LockPreference.values()) {
			peer(preference);
		}
		for (int i = 0; i < this.peers.size(); i++) {
			this.peers.get(i).order(String.format(Locale.ROOT, "loop EXCLUSIVE 1 %d 100", i));
			this.peers.get(i).order(String.format(Locale.ROOT, "loop SHARED 1 %d 200", i));
			this.peers.get(i).order(String.format(Locale.ROOT, "loop UPDATE 1 %d 0", i));
		}
		// READER may let its readers keep writers out, so not of each kind so many
		Background.until(() -> sections.done() > 5_000);
		this.peers.forEach((peer) -> peer.send("halt"));
		this.peers.forEach((peer) -> peer.expect("done"));
		assertThat(sections.written()).isPositive();
		assertThat(sections.violations()).isZero();
	}

}
