package org.fasteners.process.file;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Update holds between processes: beside readers, one at a time, without a writer in
 * between when they are upgraded.
 */
@Timeout(120)
class UpdateHoldProcessTests extends AmongProcesses {

	/** The byte of those who wait. */
	private static final int UPGRADE = 5;

	/** What must be granted is granted long before. */
	private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

	@SuppressWarnings("NullAway.Init")
	private InterProcessLocks table;

	@SuppressWarnings("NullAway.Init")
	private InterProcessReaderWriterLock lock;

	@BeforeEach
	void open() {
		this.table = new InterProcessLocks(new FileLockEngine(this.locks, LockDirectoryAccess.OWNER), null);
		this.lock = this.table.get(NAME);
	}

	private Peer peer(String... pathAndKey) throws IOException {
		return peer(Peer.java(this.locks, pathAndKey));
	}

	private Peer peer() throws IOException {
		return peer(NAME);
	}

	/** Another process that has locked in these modes, one after the other. */
	private Peer holder(LockMode... modes) throws IOException {
		Peer peer = peer();
		for (LockMode mode : modes) {
			peer.order("lock " + mode);
		}
		return peer;
	}

	private void assertGranted(LockMode... modes) {
		assertGranted(this.lock, modes);
	}

	private static void assertGranted(SharedExclusiveLock lock, LockMode... modes) {
		for (LockMode mode : modes) {
			try (LockAttempt attempt = lock.tryAcquire(mode, LONG_ENOUGH)) {
				assertThat(attempt.isAcquired()).as("%s granted", mode).isTrue();
			}
		}
	}

	private void assertRefused(LockMode... modes) {
		assertRefused(this.lock, modes);
	}

	/** At once, and also to somebody who waits a little. */
	private static void assertRefused(SharedExclusiveLock lock, LockMode... modes) {
		for (LockMode mode : modes) {
			for (Duration timeout : List.of(Duration.ZERO, Duration.ofMillis(20))) {
				try (LockAttempt attempt = lock.tryAcquire(mode, timeout)) {
					assertThat(attempt.isAcquired()).as("%s granted", mode).isFalse();
				}
			}
		}
	}

	private static void assertGranted(Peer peer, LockMode... modes) {
		for (LockMode mode : modes) {
			assertThat(peer.tell(String.format(Locale.ROOT, "try %s %d", mode, LONG_ENOUGH.toMillis())))
				.as("%s granted", mode)
				.isEqualTo("true");
		}
	}

	private static void assertRefused(Peer peer, LockMode... modes) {
		for (LockMode mode : modes) {
			assertThat(peer.tell(String.format(Locale.ROOT, "try %s 0", mode))).as("%s granted", mode)
				.isEqualTo("false");
			assertThat(peer.tell(String.format(Locale.ROOT, "try %s 20", mode))).as("%s granted", mode)
				.isEqualTo("false");
		}
	}

	@Test
	void anUpdaterHoldsBesideReadersOfOtherProcessesAndKeepsWritersAndUpdatersOut() throws Exception {
		Peer reader = holder(LockMode.SHARED);
		Peer updater = holder(LockMode.UPDATE);
		assertGranted(LockMode.SHARED);
		assertRefused(LockMode.UPDATE, LockMode.EXCLUSIVE);
		reader.order("unlock SHARED");
		assertRefused(LockMode.UPDATE, LockMode.EXCLUSIVE);
		updater.order("unlock UPDATE");
		assertGranted(LockMode.UPDATE, LockMode.EXCLUSIVE);
	}

	@Test
	void aWriterKeepsUpdatersOfOtherProcessesOutAndReadersDoNot() throws Exception {
		Peer peer = holder(LockMode.EXCLUSIVE);
		assertRefused(LockMode.UPDATE);
		peer.order("unlock EXCLUSIVE");
		peer.order("lock SHARED");
		assertGranted(LockMode.UPDATE);
	}

	@Test
	void anUpgradeWaitsForReadersOfOtherProcessesAndNobodyElseGetsAhead() throws Exception {
		Peer reader = holder(LockMode.SHARED);
		Peer updater = holder(LockMode.UPDATE);
		updater.send("lock EXCLUSIVE");
		Background<Boolean> writer = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		assertRefused(LockMode.UPDATE);
		assertRefused(LockMode.EXCLUSIVE);
		reader.order("unlock SHARED");
		updater.expect("done");
		assertRefused(reader, LockMode.values());
		assertThat(writer.isDone()).isFalse();
		updater.order("unlock EXCLUSIVE");
		assertRefused(reader, LockMode.UPDATE, LockMode.EXCLUSIVE);
		assertThat(writer.isDone()).isFalse();
		updater.order("unlock UPDATE");
		assertThat(writer.result()).isTrue();
	}

	@Test
	void betweenAnUpdateHoldAndItsUpgradesNobodyElseWrites() throws Exception {
		start(3, () -> Peer.java(this.locks, NAME));
		Peer reader = this.peers.get(2);
		reader.order("loop SHARED 2 2 300");
		this.peers.get(0).send("upgrade 200");
		this.peers.get(1).send("upgrade 200");
		this.peers.get(0).expect("done");
		this.peers.get(1).expect("done");
		reader.order("halt");
		Sections sections = Sections.beside(this.locks);
		assertThat(sections.written()).isEqualTo(800);
		assertThat(sections.done(2)).isPositive();
		assertThat(sections.violations()).isZero();
	}

	@Test
	void anUpgradeThatTimesOutKeepsTheUpdateHold() throws Exception {
		Peer reader = holder(LockMode.SHARED);
		Peer other = peer();
		try (LockHold update = this.lock.acquire(LockMode.UPDATE)) {
			assertRefused(LockMode.EXCLUSIVE);
			assertThat(this.lock.holdCount(LockMode.UPDATE)).isEqualTo(1);
			assertRefused(other, LockMode.UPDATE, LockMode.EXCLUSIVE);
			assertGranted(other, LockMode.SHARED);
			reader.order("unlock SHARED");
			assertGranted(LockMode.EXCLUSIVE);
		}
		assertGranted(other, LockMode.EXCLUSIVE);
	}

	@Test
	void anUpgradeThatIsInterruptedKeepsTheUpdateHold() throws Exception {
		Peer reader = holder(LockMode.SHARED);
		Peer other = peer();
		Background<Boolean> updater = Background.start(() -> {
			try (LockHold update = this.lock.acquire(LockMode.UPDATE)) {
				try (LockHold write = this.lock.acquire(LockMode.EXCLUSIVE)) {
					throw new AssertionError("It wrote beside a reader");
				}
				catch (LockInterruptedException ex) {
					assertThat(Thread.interrupted()).isTrue();
				}
				assertRefused(other, LockMode.UPDATE, LockMode.EXCLUSIVE);
				assertGranted(other, LockMode.SHARED);
				reader.order("unlock SHARED");
				assertGranted(LockMode.EXCLUSIVE);
			}
		}).awaitWaiting();
		Background.until(() -> this.lock.isHeld(LockMode.UPDATE));
		updater.thread().interrupt();
		assertThat(updater.result()).isTrue();
		assertGranted(other, LockMode.EXCLUSIVE);
	}

	@Test
	void anUpdaterThatStopsWritingLetsReadersInAtOnceAndWritersNot() throws Exception {
		Peer updater = holder(LockMode.UPDATE);
		for (int i = 0; i < 2; i++) {
			updater.order("lock EXCLUSIVE");
			assertRefused(LockMode.values());
			updater.order("unlock EXCLUSIVE");
			assertGranted(LockMode.SHARED);
			assertRefused(LockMode.UPDATE, LockMode.EXCLUSIVE);
		}
		updater.order("unlock UPDATE");
		assertGranted(LockMode.EXCLUSIVE);
	}

	@Test
	void anUpdatersOwnReadsDoNotStandInItsWay() throws Exception {
		Peer updater = holder(LockMode.UPDATE, LockMode.SHARED);
		assertGranted(updater, LockMode.EXCLUSIVE);
		updater.order("lock EXCLUSIVE");
		assertRefused(LockMode.values());
		updater.order("unlock EXCLUSIVE");
		assertGranted(LockMode.SHARED);
		assertRefused(LockMode.UPDATE, LockMode.EXCLUSIVE);
		updater.order("unlock SHARED");
		updater.order("unlock UPDATE");
		assertGranted(LockMode.EXCLUSIVE);
	}

	/**
	 * Its reads were covered by the update hold, and need something of their own then.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anUpdaterThatReadsOnAfterItsUpdateHoldKeepsWritersOut(boolean written) throws Exception {
		Peer updater = holder(LockMode.UPDATE, LockMode.SHARED);
		if (written) {
			updater.order("lock EXCLUSIVE");
			updater.order("unlock EXCLUSIVE");
		}
		updater.order("unlock UPDATE");
		assertRefused(LockMode.EXCLUSIVE);
		assertGranted(LockMode.SHARED, LockMode.UPDATE);
		updater.order("unlock SHARED");
		assertGranted(LockMode.EXCLUSIVE);
	}

	@Test
	void anUpgradedUpdaterThatEndsItsUpdateHoldFirstWritesOn() throws Exception {
		Peer updater = holder(LockMode.UPDATE, LockMode.EXCLUSIVE);
		updater.order("unlock UPDATE");
		assertRefused(LockMode.values());
		updater.order("lock SHARED");
		updater.order("unlock EXCLUSIVE");
		assertRefused(LockMode.EXCLUSIVE);
		updater.order("unlock SHARED");
		assertGranted(LockMode.EXCLUSIVE);
	}

	/** What was taken in one piece cannot be reduced. */
	@ParameterizedTest
	@EnumSource(names = { "SHARED", "UPDATE" })
	void aWriterThatKeepsAnotherHoldKeepsOthersOutUntilThatEnds(LockMode kept) throws Exception {
		Peer writer = holder(LockMode.EXCLUSIVE, kept);
		writer.order("unlock EXCLUSIVE");
		assertRefused(LockMode.values());
		writer.order("unlock " + kept);
		assertGranted(LockMode.EXCLUSIVE);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void killingAnUpdaterFreesTheLock(boolean upgraded) throws Exception {
		Peer updater = holder(LockMode.UPDATE);
		Peer waiter = peer();
		if (upgraded) {
			updater.order("lock EXCLUSIVE");
		}
		waiter.send("lock UPDATE");
		Background<Boolean> writer = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		assertThat(writer.isDone()).isFalse();
		updater.kill();
		waiter.expect("done");
		waiter.order("unlock UPDATE");
		assertThat(writer.result()).isTrue();
	}

	@Test
	void killingAnUpdaterThatWaitsToWriteDisturbsNobody() throws Exception {
		Peer reader = holder(LockMode.SHARED);
		Peer updater = holder(LockMode.UPDATE);
		updater.send("lock EXCLUSIVE");
		Background.until(() -> !KernelLocks.holders(this.locks.resolve(NAME), UPGRADE, UPGRADE).isEmpty());
		updater.kill();
		assertGranted(LockMode.SHARED, LockMode.UPDATE);
		reader.order("unlock SHARED");
		assertGranted(LockMode.EXCLUSIVE);
	}

	@Test
	void theUpdateHoldsOfPathsAndKeysAreIndependent() throws Exception {
		Peer updater = peer(NAME, "17");
		InterProcessReaderWriterLock key = this.table.get(NAME, "17");
		updater.order("lock UPDATE");
		assertGranted(key, LockMode.SHARED);
		assertRefused(key, LockMode.UPDATE, LockMode.EXCLUSIVE);
		assertGranted(this.table.get(NAME, "18"), LockMode.values());
		assertGranted(this.table.get(NAME), LockMode.values());
		assertGranted(this.table.get("shows/lear"), LockMode.values());
		updater.order("lock EXCLUSIVE");
		assertRefused(key, LockMode.values());
		assertGranted(this.table.get(NAME, "18"), LockMode.values());
		updater.order("unlock EXCLUSIVE");
		assertGranted(key, LockMode.SHARED);
		updater.order("unlock UPDATE");
		assertGranted(key, LockMode.EXCLUSIVE);
	}

	@Test
	void anUpdateHoldAndPythonExcludeOneAnother() throws Exception {
		Optional<String> interpreter = PythonInteropProcessTests.interpreter();
		assumeThat(interpreter).as("a Python that has fasteners (Debian: python3-fasteners)").isPresent();
		this.lock.acquire(LockMode.UPDATE).close();
		Peer python = peer(Peer.python(interpreter.get(), this.locks.resolve(NAME)));
		List<String> modes = List.of("READ", "WRITE", "EXCLUSIVE");
		try (LockHold update = this.lock.acquire(LockMode.UPDATE)) {
			for (String mode : modes) {
				assertThat(python.tell("try " + mode + " 0")).as(mode).isEqualTo("false");
			}
		}
		for (String mode : modes) {
			assertThat(python.tell("try " + mode + " 0")).as(mode).isEqualTo("true");
			python.order("lock " + mode);
			assertRefused(LockMode.UPDATE);
			python.order("unlock " + mode);
			assertGranted(LockMode.UPDATE);
		}
	}

	@Test
	void detachedUpdateAndWriteHoldsEndInOtherThreads() throws Exception {
		Peer other = peer();
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE).detach();
		assertRefused(other, LockMode.values());
		Background.start(write::close).result();
		assertGranted(other, LockMode.SHARED);
		assertRefused(other, LockMode.UPDATE, LockMode.EXCLUSIVE);
		LockHold detached = update.detach();
		Background.start(detached::close).result();
		assertGranted(other, LockMode.UPDATE, LockMode.EXCLUSIVE);
	}

	@Test
	void whoReadsOnAfterItsDetachedUpdateHoldEndedElsewhereKeepsWritersOut() throws Exception {
		Peer other = peer();
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		try (LockHold read = this.lock.acquire(LockMode.SHARED)) {
			LockHold detached = update.detach();
			Background.start(detached::close).result();
			assertRefused(other, LockMode.EXCLUSIVE);
			assertGranted(other, LockMode.SHARED, LockMode.UPDATE);
		}
		assertGranted(other, LockMode.EXCLUSIVE);
	}

}
