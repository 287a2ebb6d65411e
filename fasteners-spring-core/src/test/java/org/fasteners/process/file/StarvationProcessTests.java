package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nobody waits for long beside processes that keep a lock busy. What is measured is no
 * time, which says more about the machine than about the lock, but how many sections
 * others do between the moment when somebody begins to wait and the one when it has the
 * lock.
 * <p>
 * A tenth of the rounds may exceed a bound. Until the waiter has announced itself, and
 * between two of its attempts, the machine may keep it off the processors for as long as
 * it likes, and the others go on meanwhile. Where nothing bounds a wait, most rounds
 * exceed the bound, or none ends at all.
 */
@Timeout(120)
class StarvationProcessTests extends AmongProcesses {

	/** What only somebody waits for who starves. */
	private static final Duration FOR_EVER = Duration.ofSeconds(15);

	private static final int READERS = 8;

	private static final long A_LOT = 5_000;

	/** Of the sections that one process does while another one waits. */
	private static final int LONG = 50;

	@SuppressWarnings("NullAway.Init")
	private Sections sections;

	@BeforeEach
	void open() throws IOException {
		this.sections = Sections.beside(this.locks);
	}

	private void start(int number, LockPreference preference) {
		start(number, () -> Peer.java(preference, this.locks, NAME));
	}

	/** Each process does one section after another in so many threads. */
	private void loop(LockMode mode, int threads, long micros) {
		for (int i = 0; i < this.peers.size(); i++) {
			this.peers.get(i).order(String.format(Locale.ROOT, "loop %s %d %d %d", mode, threads, i, micros));
		}
	}

	/** Nobody has met who should not have. */
	private void halt() {
		this.peers.forEach((peer) -> peer.send("halt"));
		this.peers.forEach((peer) -> peer.expect("done"));
		assertThat(this.sections.violations()).isZero();
	}

	/** Wait until each process has done so many sections more. */
	private void awaitSections(long number) {
		for (int i = 0; i < this.peers.size(); i++) {
			int process = i;
			long before = this.sections.done(process);
			Background.until(() -> this.sections.done(process) >= before + number);
		}
	}

	/** How many sections others do while the caller waits. */
	private long overtaken(InterProcessReaderWriterLock lock, LockMode mode) {
		long before = this.sections.done();
		try (LockAttempt attempt = lock.tryAcquire(mode, FOR_EVER)) {
			long others = this.sections.done() - before;
			assertThat(attempt.isAcquired()).as("acquired while others did %d sections", others).isTrue();
			if (mode == LockMode.EXCLUSIVE) {
				this.sections.write(Thread::yield);
			}
			else if (mode == LockMode.SHARED) {
				this.sections.read(Thread::yield);
			}
			return others;
		}
	}

	/** Wait again and again, and assert how many sections others did meanwhile. */
	private void assertOvertaken(InterProcessReaderWriterLock lock, LockMode mode, int rounds, long between,
			long bound) {
		List<Long> others = new ArrayList<>();
		for (int i = 0; i < rounds; i++) {
			awaitSections(between);
			others.add(overtaken(lock, mode));
		}
		assertFew(others, bound);
	}

	private static void assertFew(List<Long> sections, long bound) {
		List<Long> sorted = sections.stream().sorted().toList();
		assertThat(sorted.get(sorted.size() - sorted.size() / 10 - 1))
			.as("sections of others during one of the longer waits of %s", sorted)
			.isLessThanOrEqualTo(bound);
	}

	@ParameterizedTest
	@CsvSource({ "FAIR, EXCLUSIVE", "FAIR, UPDATE", "FAIR, SHARED", "WRITER, EXCLUSIVE", "WRITER, UPDATE" })
	void whoeverWaitsGetsInBesideAWriterInATightLoop(LockPreference preference, LockMode mode) {
		start(1, preference);
		loop(LockMode.EXCLUSIVE, 1, 100);
		// within a millisecond the other one looks whether somebody waits
		assertOvertaken(lock(preference), mode, 100, 20, 30);
		halt();
	}

	@ParameterizedTest
	@CsvSource({ "FAIR, EXCLUSIVE", "FAIR, UPDATE", "FAIR, SHARED", "WRITER, EXCLUSIVE" })
	void whoeverWaitsGetsInBesideThreadsThatPassTheLockOn(LockPreference preference, LockMode mode) {
		start(1, preference);
		loop(LockMode.EXCLUSIVE, 4, 100);
		// a millisecond of passing, and one until the other process looks
		assertOvertaken(lock(preference), mode, 100, 20, 50);
		halt();
	}

	@ParameterizedTest
	@EnumSource(names = { "FAIR", "WRITER" })
	void aWriterGetsInBesideReadersThatOverlapInThreeProcesses(LockPreference preference) {
		start(3, preference);
		loop(LockMode.SHARED, READERS, 5_000);
		// what each thread does when the writer comes, and what it still joins
		assertOvertaken(lock(preference), LockMode.EXCLUSIVE, 30, READERS, 8L * 3 * READERS);
		halt();
	}

	@ParameterizedTest
	@EnumSource(names = { "FAIR", "WRITER" })
	void aWriterGetsInBesideReadersThatJoinWhatAWriterLeft(LockPreference preference) {
		start(1, preference);
		Peer peer = this.peers.get(0);
		loop(LockMode.SHARED, READERS, 5_000);
		InterProcessReaderWriterLock lock = lock(preference);
		List<Long> others = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			awaitSections(READERS);
			peer.order("lock EXCLUSIVE");
			peer.order("lock SHARED");
			peer.order("unlock EXCLUSIVE");
			peer.send("unlock SHARED");
			others.add(overtaken(lock, LockMode.EXCLUSIVE));
			peer.expect("done");
		}
		assertFew(others, 8L * READERS);
		halt();
	}

	/** All of them in this process: nobody else is to blame. */
	@ParameterizedTest
	@EnumSource(names = { "FAIR", "WRITER" })
	void aWriterThatGoesOnReadingAndItsReadersAllProceed(LockPreference preference) {
		InterProcessReaderWriterLock lock = lock(preference);
		AtomicBoolean halted = new AtomicBoolean();
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < READERS; i++) {
			threads.add(Background.start(() -> {
				while (!halted.get()) {
					try (LockHold read = lock.acquire(LockMode.SHARED)) {
						this.sections.perform(LockMode.SHARED, 0, 1_000);
					}
				}
			}));
		}
		Background.start(() -> {
			for (int i = 0; i < 500; i++) {
				LockHold write = lock.acquire(LockMode.EXCLUSIVE);
				try (LockHold read = lock.acquire(LockMode.SHARED)) {
					write.close();
					this.sections.perform(LockMode.SHARED, 1, 1_000);
				}
			}
		}).result();
		halted.set(true);
		threads.forEach(Background::result);
	}

	/**
	 * Who holds the old file excludes nobody who comes now, so its readers have to leave
	 * it. Until they have, the writer is not alone.
	 */
	@Test
	void readersThatOverlapLeaveAFileThatWasReplaced() throws Exception {
		start(3, LockPreference.FAIR);
		loop(LockMode.SHARED, READERS, 5_000);
		InterProcessReaderWriterLock lock = lock(LockPreference.FAIR);
		List<Long> others = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			awaitSections(READERS);
			Files.delete(this.locks.resolve(NAME));
			others.add(sectionsUntilAlone(lock));
			others.add(overtaken(lock, LockMode.EXCLUSIVE));
		}
		assertFew(others, 8L * 3 * READERS);
	}

	private long sectionsUntilAlone(InterProcessReaderWriterLock lock) {
		long before = this.sections.done();
		try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE, FOR_EVER)) {
			assertThat(attempt.isAcquired()).isTrue();
			Background.until(() -> this.sections.reading() == 0 || this.sections.done() - before > A_LOT);
			return this.sections.done() - before;
		}
	}

	/** Updaters that wait let readers in, but must not hide that somebody upgrades. */
	@ParameterizedTest
	@EnumSource(names = { "FAIR", "WRITER" })
	void anUpgradeGetsInBesideReadersWhileAnotherProcessWaitsToUpdate(LockPreference preference) {
		start(2, preference);
		this.peers.get(0).order(String.format(Locale.ROOT, "loop SHARED %d 0 5000", READERS));
		this.peers.get(1).order("loop UPDATE 1 1 0");
		InterProcessReaderWriterLock lock = lock(preference);
		List<Long> others = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			try (LockAttempt update = lock.tryAcquire(LockMode.UPDATE, FOR_EVER)) {
				assertThat(update.isAcquired()).as("acquired for update").isTrue();
				others.add(overtaken(lock, LockMode.EXCLUSIVE));
			}
		}
		assertFew(others, 8L * READERS);
		halt();
	}

	@Test
	void aReaderGetsInBesideTwoBusyWriterProcesses() {
		start(2, LockPreference.FAIR);
		loop(LockMode.EXCLUSIVE, 1, 100);
		// the reader has to meet one of the moments when no writer shows that it waits
		assertOvertaken(lock(LockPreference.FAIR), LockMode.SHARED, 50, 20, 200);
		halt();
	}

	/**
	 * Whoever was refused once gets in after a few sections, so neither goes on for long
	 * while the other one waits. If the turnstile were kept while writing, nobody who
	 * waits could show it, and nearly all sections would come in stretches of hundreds.
	 */
	@ParameterizedTest
	@EnumSource(names = { "FAIR", "WRITER" })
	void twoProcessesInTightLoopsShare(LockPreference preference) {
		start(1, preference);
		loop(LockMode.EXCLUSIVE, 1, 100);
		awaitSections(20);
		InterProcessReaderWriterLock lock = lock(preference);
		List<Long> stretches = new ArrayList<>();
		long mine = 0;
		long theirs = 0;
		long stretch = 0;
		while (mine + theirs < 10_000) {
			long before = this.sections.done(0);
			try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE)) {
				long others = this.sections.done(0) - before;
				if (others > 0) {
					stretches.add(stretch);
					stretches.add(others);
					stretch = 0;
				}
				theirs += others;
				this.sections.perform(LockMode.EXCLUSIVE, 1, 100);
				mine++;
				stretch++;
			}
		}
		halt();
		stretches.add(stretch);
		long inLongOnes = stretches.stream().filter((sections) -> sections > LONG).mapToLong(Long::longValue).sum();
		assertThat(Math.min(mine, theirs)).as("of %d and %d sections", mine, theirs)
			.isGreaterThan(Math.max(mine, theirs) / 3);
		assertThat(inLongOnes).as("of %d sections in stretches of %s", mine + theirs, stretches)
			.isLessThan((mine + theirs) * 3 / 4);
	}

}
