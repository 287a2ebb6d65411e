package org.fasteners.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.SharedExclusiveLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link Gate}: what it takes from the engine for which holds, and who of this JVM goes
 * before whom while somebody waits for the engine.
 */
@Timeout(60)
class GateOrderTests {

	private static final int MOST_PASSES = 64;

	private final ScriptedLock engine = new ScriptedLock();

	private SharedExclusiveLock lock(LockPreference preference) {
		return this.engine.locks(preference, Pauses.DEFAULT).get("shows");
	}

	@AfterEach
	void theEngineWasUsedAsItsContractSays() {
		this.engine.assertUsedAsItsContractSays();
	}

	// What the engine gives

	@Test
	void anUpdaterDoesNotWriteBesideADetachedUpdateHoldOfItsOwn() {
		SharedExclusiveLock lock = this.engine.locks(LockPreference.FAIR, Pauses.DEFAULT).get("shows");
		LockHold mine = lock.acquire(LockMode.UPDATE);
		LockHold detached = lock.acquire(LockMode.UPDATE).detach();
		assertThat(lock.writeLock().tryLock()).isFalse();
		assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(5)).isAcquired()).isFalse();
		assertThat(this.engine.held).containsExactly(LockMode.UPDATE);
		detached.close();
		lock.acquire(LockMode.EXCLUSIVE).close();
		mine.close();
		assertThat(this.engine.held).isEmpty();
	}

	@Test
	void anUpgradeIsTakenOnTopOfTheUpdateHoldAndUndoneAlone() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		try (LockHold update = lock.acquire(LockMode.UPDATE)) {
			assertThat(this.engine.held).containsExactly(LockMode.UPDATE);
			try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(this.engine.held).containsExactlyInAnyOrder(LockMode.UPDATE, LockMode.EXCLUSIVE);
			}
			assertThat(this.engine.held).containsExactly(LockMode.UPDATE);
		}
	}

	@Test
	void readersOfThisJvmGoBesideItsUpdater() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold update = lock.acquire(LockMode.UPDATE);
		LockHold read = Background.elsewhere(() -> lock.acquire(LockMode.SHARED).detach());
		assertThat(this.engine.held).containsExactlyInAnyOrder(LockMode.UPDATE, LockMode.SHARED);
		read.close();
		assertThat(this.engine.held).containsExactly(LockMode.UPDATE);
		update.close();
	}

	@Test
	void theReadsOfAnUpdaterAreCoveredUntilItsUpdateHoldEnds() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold update = lock.acquire(LockMode.UPDATE);
		LockHold read = lock.acquire(LockMode.SHARED);
		assertThat(this.engine.held).containsExactly(LockMode.UPDATE);
		update.close();
		assertThat(this.engine.held).containsExactly(LockMode.SHARED);
		read.close();
	}

	@Test
	void theUpdateHoldStaysForReadsThatCannotBeCoveredOtherwise() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold update = lock.acquire(LockMode.UPDATE);
		LockHold read = lock.acquire(LockMode.SHARED);
		this.engine.refused.add(LockMode.SHARED);
		update.close();
		assertThat(this.engine.held).containsExactly(LockMode.UPDATE);
		read.close();
	}

	@Test
	void theReadsOfAnUpdaterDoNotStandInTheWayOfItsUpgrade() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold other = Background.elsewhere(() -> lock.acquire(LockMode.SHARED).detach());
		LockHold update = lock.acquire(LockMode.UPDATE);
		LockHold read = lock.acquire(LockMode.SHARED);
		other.close();
		// the lock of all readers is still there, and must not keep out its own JVM
		assertThat(this.engine.held).containsExactlyInAnyOrder(LockMode.UPDATE, LockMode.SHARED);
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		assertThat(this.engine.held).containsExactlyInAnyOrder(LockMode.UPDATE, LockMode.EXCLUSIVE);
		write.close();
		update.close();
		assertThat(this.engine.held).containsExactly(LockMode.SHARED);
		read.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "UPDATE" })
	void whatAWriterKeepsIsCoveredByTheWholeLock(LockMode kept) {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		LockHold less = lock.acquire(kept);
		write.close();
		assertThat(this.engine.held).containsExactly(LockMode.EXCLUSIVE);
		assertThat(lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
		less.close();
	}

	@Test
	void whoJoinsAFormerWriterDoesSoForAMoment() throws Exception {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		LockHold read = lock.acquire(LockMode.SHARED);
		write.close();
		LockHold joined = Background.elsewhere(() -> lock.acquire(LockMode.SHARED).detach());
		Background.until(() -> !Background.elsewhere(() -> tryRead(lock)));
		Background<Boolean> late = Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		read.close();
		assertThat(this.engine.held).containsExactly(LockMode.EXCLUSIVE);
		assertThat(late.isDone()).isFalse();
		joined.close();
		late.result();
		assertThat(this.engine.acquired).hasValue(2);
	}

	@Test
	void readersJoinUntilSomebodyElseWantsTheLock() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold first = lock.acquire(LockMode.SHARED);
		assertThat(Background.elsewhere(() -> tryRead(lock))).isTrue();
		this.engine.wanted = true;
		assertThat(Background.elsewhere(() -> tryRead(lock))).isFalse();
		this.engine.wanted = false;
		// once closed it stays so until it has drained
		assertThat(Background.elsewhere(() -> tryRead(lock))).isFalse();
		lock.acquire(LockMode.SHARED).close();
		assertThat(Background.elsewhere(() -> barge(lock))).isFalse();
		Background<Boolean> late = Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		assertThat(this.engine.acquired).hasValue(1);
		first.close();
		late.result();
		assertThat(this.engine.acquired).hasValue(2);
	}

	@Test
	void aWriterPassesTheLockToTheNextOneButNotForEver() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold first = lock.acquire(LockMode.EXCLUSIVE);
		List<Background<Boolean>> heirs = new ArrayList<>();
		for (int i = 0; i < 2 * MOST_PASSES; i++) {
			heirs.add(Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close()).awaitWaiting());
		}
		first.close();
		heirs.forEach(Background::result);
		assertThat(this.engine.acquired).hasValueBetween(2, 2 * MOST_PASSES);
	}

	@Test
	void whatWasPassedIsGivenBackIfItsHeirGivesUp() {
		SharedExclusiveLock lock = lock(LockPreference.WRITER);
		for (int i = 0; i < 3_000; i++) {
			LockMode mode = (i % 2 == 0) ? LockMode.UPDATE : LockMode.EXCLUSIVE;
			LockHold hold = lock.acquire(LockMode.EXCLUSIVE);
			Background<Boolean> heir = Background.run(() -> {
				try (LockAttempt attempt = lock.tryAcquire(mode,
						Duration.ofNanos(ThreadLocalRandom.current().nextInt(1, 100_000)))) {
					return attempt.isAcquired();
				}
			});
			if (i % 3 == 0) {
				heir.thread().interrupt();
			}
			hold.close();
			Background.until(heir::isDone);
			assertThat(this.engine.held).as("round " + i).isEmpty();
		}
	}

	/** At the latest when the interrupt arrives the lock is on its way. */
	@Test
	void whatWasPassedIsGivenBackIfItsHeirIsInterrupted() {
		SharedExclusiveLock lock = lock(LockPreference.WRITER);
		for (int i = 0; i < 200; i++) {
			LockHold hold = lock.acquire(LockMode.EXCLUSIVE);
			Background<Boolean> heir = Background.start(() -> {
				try {
					lock.writeLock().lockInterruptibly();
					lock.writeLock().unlock();
				}
				catch (InterruptedException ex) {
					// as planned
				}
			}).awaitWaiting();
			heir.thread().interrupt();
			hold.close();
			heir.result();
			assertThat(this.engine.held).as("round " + i).isEmpty();
		}
	}

	// Who goes before whom

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void aWriterThatWaitsForAnotherProcessHoldsBackReaders(LockPreference preference) {
		SharedExclusiveLock lock = lock(preference);
		this.engine.refused.add(LockMode.EXCLUSIVE);
		Background<Boolean> writer = Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close()).awaitWaiting();
		Background<Boolean> reader = Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		assertThat(lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
		assertThat(Background.elsewhere(() -> tryRead(lock))).isFalse();
		this.engine.refused.clear();
		writer.result();
		reader.result();
	}

	@Test
	void readersGoBeforeAWriterThatWaitsForAnotherProcessUnderReader() {
		SharedExclusiveLock lock = lock(LockPreference.READER);
		this.engine.refused.add(LockMode.EXCLUSIVE);
		List<Background<Boolean>> writers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			writers.add(Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close()).awaitWaiting());
		}
		for (int i = 0; i < 200; i++) {
			lock.acquire(LockMode.SHARED).close();
			assertThat(tryRead(lock)).isTrue();
			assertThat(barge(lock)).isTrue();
		}
		this.engine.refused.clear();
		writers.forEach(Background::result);
	}

	@Test
	void writersDoNotWaitForReadersThatWaitForAnotherProcessUnderWriter() {
		SharedExclusiveLock lock = lock(LockPreference.WRITER);
		this.engine.refused.add(LockMode.SHARED);
		Background<Boolean> reader = Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close()).result();
		Background<Boolean> updater = Background.start(() -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE)) {
				lock.acquire(LockMode.EXCLUSIVE).close();
			}
		});
		updater.result();
		Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close()).result();
		assertThat(reader.isDone()).isFalse();
		this.engine.refused.clear();
		reader.result();
	}

	/**
	 * The reader might wait for a process that waits for the update hold of this one, so
	 * the updater must not wait for the reader.
	 */
	@ParameterizedTest
	@EnumSource
	void anUpgradeDoesNotWaitForReadersThatAreNotIn(LockPreference preference) {
		SharedExclusiveLock lock = lock(preference);
		this.engine.refused.add(LockMode.SHARED);
		Background<Boolean> before = Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		LockHold update = lock.acquire(LockMode.UPDATE);
		Background<Boolean> after = Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		lock.acquire(LockMode.EXCLUSIVE).close();
		update.close();
		assertThat(before.isDone()).isFalse();
		assertThat(after.isDone()).isFalse();
		this.engine.refused.clear();
		before.result();
		after.result();
	}

	/** The same with an updater whose own reads keep the readers' group from draining. */
	@ParameterizedTest
	@EnumSource
	void anUpgradeDoesNotWaitForReadersThatMayNotJoin(LockPreference preference) {
		SharedExclusiveLock lock = lock(preference);
		LockHold update = lock.acquire(LockMode.UPDATE);
		LockHold read = lock.acquire(LockMode.SHARED);
		LockHold other = Background.elsewhere(() -> lock.acquire(LockMode.SHARED).detach());
		this.engine.wanted = true;
		Background<Boolean> late = Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		other.close();
		lock.acquire(LockMode.EXCLUSIVE).close();
		this.engine.wanted = false;
		read.close();
		update.close();
		late.result();
	}

	/** The reader has the local lock until the engine has refused it. */
	@ParameterizedTest
	@EnumSource
	void anUpgradeAtOnceIsNotRefusedBecauseOfAReaderThatIsRefusedToo(LockPreference preference) throws Exception {
		SharedExclusiveLock lock = lock(preference);
		LockHold update = lock.acquire(LockMode.UPDATE);
		this.engine.refused.add(LockMode.SHARED);
		this.engine.hold();
		Background<Boolean> reader = Background.run(() -> tryRead(lock));
		this.engine.inside.await();
		Thread updater = Thread.currentThread();
		AtomicBoolean tried = new AtomicBoolean();
		Background<Boolean> opener = Background.start(() -> {
			Background.until(() -> updater.getState() == Thread.State.WAITING || tried.get());
			this.engine.proceed();
		});
		boolean written = lock.writeLock().tryLock();
		tried.set(true);
		opener.result();
		assertThat(reader.result()).isFalse();
		assertThat(written).isTrue();
		lock.writeLock().unlock();
		update.close();
	}

	/** The reader sleeps for an hour, and under FAIR with its place. */
	@ParameterizedTest
	@EnumSource
	void anUpgradeAtOnceIsNotRefusedBecauseOfAReaderThatWaits(LockPreference preference) {
		Duration hour = Duration.ofHours(1);
		InterProcessLocks locks = this.engine.locks(preference, new Pauses(hour, hour, hour, hour));
		SharedExclusiveLock lock = locks.get("shows");
		this.engine.refused.add(LockMode.SHARED);
		Background<Boolean> reader = Background.start(() -> lock.acquire(LockMode.SHARED).close());
		Background.until(() -> Stream.of(reader.thread().getStackTrace())
			.anyMatch((frame) -> "awaitNanos".equals(frame.getMethodName())));
		LockHold update = lock.acquire(LockMode.UPDATE);
		assertThat(lock.writeLock().tryLock()).isTrue();
		lock.writeLock().unlock();
		try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE)) {
			assertThat(attempt.isAcquired()).isTrue();
		}
		update.close();
		assertThat(reader.isDone()).isFalse();
		locks.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(reader::result);
	}

	@Test
	void anUpgradeAtOnceIsRefusedIfAnotherThreadReads() {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold update = lock.acquire(LockMode.UPDATE);
		LockHold own = lock.acquire(LockMode.SHARED);
		LockHold read = Background.elsewhere(() -> lock.acquire(LockMode.SHARED).detach());
		int attempts = this.engine.attempts.get();
		assertThat(lock.writeLock().tryLock()).isFalse();
		assertThat(this.engine.attempts).hasValue(attempts);
		read.close();
		assertThat(lock.writeLock().tryLock()).isTrue();
		lock.writeLock().unlock();
		own.close();
		update.close();
	}

	/** One thread reads, so that this JVM is not idle while the updater is refused. */
	@Test
	void anUpdaterIsNotRefusedBecauseOfAnotherOneThatIsRefusedToo() throws Exception {
		SharedExclusiveLock lock = lock(LockPreference.FAIR);
		LockHold read = Background.elsewhere(() -> lock.acquire(LockMode.SHARED).detach());
		this.engine.refused.add(LockMode.UPDATE);
		this.engine.hold();
		Background<Boolean> first = Background.run(() -> tryUpdate(lock));
		this.engine.inside.await();
		Background<Boolean> second = Background.run(() -> tryUpdate(lock)).awaitWaiting();
		int attempts = this.engine.attempts.get();
		this.engine.proceed();
		assertThat(first.result()).isFalse();
		assertThat(second.result()).isFalse();
		assertThat(this.engine.attempts.get() - attempts).as("the engine has answered both").isEqualTo(2);
		read.close();
	}

	private static boolean tryUpdate(SharedExclusiveLock lock) {
		try (LockAttempt attempt = lock.tryAcquire(LockMode.UPDATE)) {
			return attempt.isAcquired();
		}
	}

	@ParameterizedTest
	@EnumSource
	void oneOfAllWhoWaitInAModeAsksTheEngine(LockPreference preference) throws Exception {
		SharedExclusiveLock lock = lock(preference);
		this.engine.refuse();
		List<Background<Boolean>> readers = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			readers.add(Background.start(() -> lock.acquire(LockMode.SHARED).close()).awaitWaiting());
		}
		int attempts = this.engine.attempts.get();
		Background.until(() -> this.engine.attempts.get() > attempts + 20);
		assertThat(this.engine.askers).hasSize(1);
		this.engine.allow();
		readers.forEach(Background::result);
	}

	@ParameterizedTest
	@EnumSource
	void whenTheOneThatAsksGivesUpAnotherOneDoes(LockPreference preference) {
		SharedExclusiveLock lock = lock(preference);
		for (LockMode mode : LockMode.values()) {
			this.engine.refuse();
			Background<Boolean> first = Background.run(() -> lock.side(mode).tryLock(50, TimeUnit.MILLISECONDS));
			Background<Boolean> second = Background.start(() -> lock.acquire(mode).close());
			Background<Boolean> third = Background.start(() -> lock.acquire(mode).close());
			assertThat(first.result()).isFalse();
			assertThat(second.isDone()).isFalse();
			this.engine.allow();
			second.result();
			third.result();
		}
	}

	/**
	 * The writer asks, comes back to find the updater inside, and waits for it. So nobody
	 * but the updater can ask.
	 */
	@Test
	void whoWaitsForAThreadLeavesItToOthersToAsk() {
		SharedExclusiveLock lock = lock(LockPreference.READER);
		this.engine.refused.add(LockMode.EXCLUSIVE);
		Background<Boolean> writer = Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close());
		Background.until(() -> this.engine.askers.contains(writer.thread()));
		Background<Boolean> updater = Background.start(() -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE)) {
				lock.acquire(LockMode.EXCLUSIVE).close();
			}
		});
		Background.until(() -> this.engine.losers.contains(updater.thread()));
		this.engine.refused.clear();
		updater.result();
		writer.result();
	}

	@Test
	void theFirstUserFixesThePreference() {
		LockHold hold = lock(LockPreference.FAIR).acquire(LockMode.SHARED);
		assertThatIllegalStateException().isThrownBy(() -> lock(LockPreference.WRITER))
			.withMessage(
					"'shows' is used in this JVM with the preference FAIR already, and cannot be used with WRITER as well: set the same for all");
		Objects.requireNonNull(hold).close();
	}

	private static boolean tryRead(SharedExclusiveLock lock) {
		try (LockAttempt attempt = lock.tryAcquire(LockMode.SHARED)) {
			return attempt.isAcquired();
		}
	}

	private static boolean barge(SharedExclusiveLock lock) {
		boolean locked = lock.readLock().tryLock();
		if (locked) {
			lock.readLock().unlock();
		}
		return locked;
	}

}
