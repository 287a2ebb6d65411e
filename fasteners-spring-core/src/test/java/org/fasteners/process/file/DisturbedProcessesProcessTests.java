package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Processes that hold or wait are stopped, ended and killed.
 */
@Timeout(120)
class DisturbedProcessesProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@SuppressWarnings("NullAway.Init")
	private LockRegistry registry;

	@SuppressWarnings("NullAway.Init")
	private SharedExclusiveLock lock;

	@BeforeEach
	void open() throws IOException {
		this.locks = this.temp.toRealPath().resolve("locks");
		this.registry = LockRegistries.builder().lockDirectory(this.locks).build();
		this.lock = this.registry.interProcessReaderWriterLock("a");
	}

	@Test
	void killingProcessesAtAnyTimeLosesNothingAndNobodyOverlaps() throws Exception {
		Random random = new Random(42);
		Path counter = this.temp.resolve("counter");
		List<Peer> peers = new ArrayList<>();
		try {
			for (int i = 0; i < 3; i++) {
				peers.add(counting(counter));
			}
			long before = 0;
			for (int i = 0; i < 10; i++) {
				TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
				peers.remove(0).kill();
				peers.add(counting(counter));
				// those who live go on, and what was told is counted
				long told = Counter.entries(counter);
				Background.until(() -> Counter.entries(counter) > told + 10);
				assertThat(told).isGreaterThanOrEqualTo(before);
				before = told;
			}
		}
		finally {
			for (Peer peer : peers) {
				peer.close();
			}
		}
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			Counter.verify(counter);
		}
	}

	private Peer counting(Path counter) throws IOException {
		Peer peer = Peer.faulty(this.locks);
		peer.order("count a " + counter);
		return peer;
	}

	@Test
	void whoIsStoppedKeepsItsLockAndWhoWaitsIsToldWhoThatIs() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			peer.order("lock a EXCLUSIVE");
			peer.freeze();
			SharedExclusiveLock timed = LockRegistries.builder()
				.lockDirectory(this.locks)
				.defaultTimeout(Duration.ofMillis(50))
				.build()
				.interProcessReaderWriterLock("a");
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> timed.acquire(LockMode.SHARED))
				.satisfies((ex) -> assertThat(ex.holders()).extracting(LockHolder::pid).containsExactly(peer.pid()));
			peer.signal("CONT");
			peer.order("unlock");
			assertThat(mayTake("a")).isTrue();
		}
	}

	@Test
	void whoIsStoppedAndThenKilledHoldsNothingMore() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			peer.order("lock a EXCLUSIVE");
			peer.freeze();
			Background<Boolean> waiter = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
				.awaitWaiting();
			peer.kill();
			assertThat(waiter.result()).isTrue();
		}
	}

	@Test
	void aWaiterThatWasStoppedGoesOn() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
			peer.order("wait a");
			peer.freeze();
			hold.close();
			peer.signal("CONT");
			assertThat(peer.tell("end")).isEqualTo("true");
			assertThat(mayTake("a")).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "lock a EXCLUSIVE", "wait b" })
	void whoIsAskedToEndEndsAtOnceWhateverItDoes(String order) throws Exception {
		try (Peer peer = Peer.faulty(this.locks); LockHold hold = this.registry.interProcessLock("b").acquire()) {
			peer.order(order);
			peer.signal("TERM");
			peer.awaitEnd();
			assertThat(mayTake("a")).isTrue();
		}
		assertThat(mayTake("b")).isTrue();
	}

	@Test
	void aChildOfTheHolderDoesNotKeepTheLock() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			peer.order("lock a EXCLUSIVE");
			ProcessHandle child = ProcessHandle.of(Long.parseLong(peer.tell("spawn"))).orElseThrow();
			try {
				assertThat(mayTake("a")).isFalse();
				peer.kill();
				assertThat(mayTake("a")).isTrue();
				assertThat(child.isAlive()).isTrue();
			}
			finally {
				child.destroyForcibly();
			}
		}
	}

	/*
	 * The kernel looks for deadlocks by process: here each of two processes waits for
	 * what the other one holds, but the threads that hold wait for nothing.
	 */
	@Test
	void processesThatWaitForOneAnotherAreNotTakenForADeadlock() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
			peer.order("lock b EXCLUSIVE");
			peer.order("wait a");
			Background<Boolean> waiter = Background.start(() -> this.registry.interProcessLock("b").acquire().close())
				.awaitWaiting();
			assertThat(mayTake("a")).isFalse();
			hold.close();
			assertThat(peer.tell("end")).isEqualTo("true");
			peer.order("unlock");
			assertThat(waiter.result()).isTrue();
		}
	}

	@Test
	void whoTakesTwoLocksInTheOtherOrderTimesOutAndLeavesNoTrace() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				peer.order("lock b EXCLUSIVE");
				peer.send("try a EXCLUSIVE 50");
				assertThat(this.registry.interProcessLock("b").tryAcquire(Duration.ofMillis(50)).isAcquired())
					.isFalse();
				peer.expect("false");
			}
			peer.order("unlock");
			assertThat(mayTake("a")).isTrue();
			assertThat(mayTake("b")).isTrue();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void whoWaitsSleepsMostOfTheTime() throws Exception {
		List<Peer> peers = new ArrayList<>();
		try {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				for (int i = 0; i < 4; i++) {
					Peer peer = Peer.faulty(this.locks);
					peers.add(peer);
					peer.order("wait a");
				}
				long before = pauses(peers);
				long start = System.nanoTime();
				TimeUnit.SECONDS.sleep(1);
				double seconds = (System.nanoTime() - start) / 1e9;
				// a pause of 5 ms after 40 ms, and shorter ones before
				assertThat((pauses(peers) - before) / seconds).isLessThan(4 * 1_000);
			}
			for (Peer peer : peers) {
				assertThat(peer.tell("end")).isEqualTo("true");
			}
		}
		finally {
			for (Peer peer : peers) {
				peer.close();
			}
		}
	}

	/** How often threads of these processes have gone to sleep. */
	private static long pauses(List<Peer> peers) throws IOException {
		long pauses = 0;
		for (Peer peer : peers) {
			try (Stream<Path> threads = Files.list(Path.of("/proc/" + peer.pid() + "/task"))) {
				for (Path thread : threads.toList()) {
					pauses += pauses(thread.resolve("status"));
				}
			}
		}
		return pauses;
	}

	private static long pauses(Path status) throws IOException {
		String line = Files.readAllLines(status)
			.stream()
			.filter((entry) -> entry.startsWith("voluntary_ctxt_switches:"))
			.findFirst()
			.orElseThrow();
		return Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
	}

	@Test
	void aWriterGetsInBesideProcessesThatReadAllTheTime() throws Exception {
		List<Peer> readers = new ArrayList<>();
		try {
			for (int i = 0; i < 4; i++) {
				Peer reader = Peer.faulty(List.of(), List.of("-D" + FaultPeer.PREFERENCE + "=FAIR"), this.locks);
				readers.add(reader);
				reader.order("overlap a");
			}
			for (int i = 0; i < 20; i++) {
				Background.elsewhere(() -> {
					this.lock.acquire(LockMode.EXCLUSIVE).close();
					return true;
				});
			}
			for (Peer reader : readers) {
				assertThat(Long.parseLong(reader.tell("done"))).isPositive();
				reader.order("halt");
			}
		}
		finally {
			for (Peer reader : readers) {
				reader.close();
			}
		}
	}

	@Test
	void aThreadThatEndsWithoutReleasingKeepsTheLockAndIsNamed() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			Background<Boolean> owner = Background.start(() -> this.lock.side(LockMode.EXCLUSIVE).lock());
			owner.result();
			owner.thread().join();
			assertThat(peer.tell("try a SHARED 0")).isEqualTo("false");
			assertThat(mayTake("a")).isFalse();
			assertThat(this.lock.holders()).singleElement()
				.satisfies((holder) -> assertThat(holder.description()).contains("has ended without releasing it"));
		}
	}

	@Test
	void aLockThatNobodyRefersToAnyMoreStaysHeld() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			takeAndForget();
			for (int i = 0; i < 5; i++) {
				System.gc();
				assertThat(peer.tell("try forgotten EXCLUSIVE 0")).isEqualTo("false");
			}
			LockRegistries.builder()
				.lockDirectory(this.locks)
				.build()
				.interProcessReaderWriterLock("forgotten")
				.side(LockMode.EXCLUSIVE)
				.unlock();
			assertThat(peer.tell("try forgotten EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	private void takeAndForget() {
		LockRegistries.builder()
			.lockDirectory(this.locks)
			.build()
			.interProcessReaderWriterLock("forgotten")
			.side(LockMode.EXCLUSIVE)
			.lock();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aForeignCloseOfTheFileTakesTheLockAwayButNotTheNextOne() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			peer.order("lock a EXCLUSIVE");
			assertThat(mayTake("a")).isFalse();
			peer.order("read " + this.locks.resolve("a"));
			assertThat(mayTake("a")).as("what the documentation warns of").isTrue();
			peer.order("unlock");
			peer.order("lock a EXCLUSIVE");
			assertThat(mayTake("a")).isFalse();
			peer.order("unlock");
			assertThat(mayTake("a")).isTrue();
		}
	}

	/** Another thread, so that it is no re-entry. */
	private boolean mayTake(String path) {
		return Background.elsewhere(() -> {
			try (LockAttempt attempt = this.registry.interProcessReaderWriterLock(path)
				.tryAcquire(LockMode.EXCLUSIVE)) {
				return attempt.isAcquired();
			}
		});
	}

}
