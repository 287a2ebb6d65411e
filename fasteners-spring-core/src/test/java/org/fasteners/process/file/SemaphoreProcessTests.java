package org.fasteners.process.file;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A semaphore between processes, and with Python's fasteners.
 */
@Timeout(120)
class SemaphoreProcessTests extends AmongProcesses {

	/** What only somebody waits for who starves. */
	private static final Duration FOR_EVER = Duration.ofSeconds(15);

	private static final int ROUNDS = 30;

	@SuppressWarnings("NullAway.Init")
	private LockRegistry registry;

	@BeforeEach
	void open() {
		this.registry = LockRegistries.builder().lockDirectory(this.locks).build();
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	private List<Peer> start(int number) {
		start(number, () -> SemaphorePeer.start(this.locks));
		return this.peers;
	}

	private CountingSemaphore semaphore(int permits) {
		return this.registry.interProcessSemaphore("reports", permits);
	}

	private boolean mayTake(int permits, int of) {
		try (LockAttempt attempt = semaphore(of).tryAcquire(permits, Duration.ZERO)) {
			return attempt.isAcquired();
		}
	}

	@Test
	void thePermitsOfAllProcessesTogetherAreLimited() {
		Peer peer = start(1).get(0);
		peer.order("reports 3 take 2");
		assertThat(mayTake(2, 3)).isFalse();
		try (LockHold hold = semaphore(3).acquire()) {
			assertThat(peer.tell("reports 3 try 1 0")).isEqualTo("false");
			assertThat(mayTake(1, 3)).isFalse();
			assertThat(semaphore(3).heldPermits()).isEqualTo(1);
		}
		peer.order("reports 3 give");
		assertThat(mayTake(3, 3)).isTrue();
	}

	@Test
	void aWaitEndsWhenAnotherProcessGivesAPermitBack() {
		Peer peer = start(1).get(0);
		peer.order("reports 2 take 2");
		Background<Boolean> waiter = Background.start(() -> semaphore(2).acquire(2).close()).awaitWaiting();
		peer.order("reports 2 give");
		waiter.result();
		LockHold hold = semaphore(2).acquire();
		peer.send("reports 2 take 2");
		hold.close();
		peer.expect("done");
	}

	/** Another program that holds one byte. */
	private Peer holdByte(String file, long place) throws Exception {
		assumeThat(Commands.succeeds("python3", "--version")).as("Python").isTrue();
		return peer(Peer.program(List.of("python3", "-c", """
				import fcntl, sys
				file = open(sys.argv[1], "rb+")
				fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
				print("ready", flush=True)
				sys.stdin.read()
				""", this.locks.resolve(file).toString(), String.valueOf(place))));
	}

	@ParameterizedTest
	@CsvSource({ "reports, 0", "reports.permits, 4" })
	void whoTimesOutIsToldWhoHoldsTheTurnstileOrTheEntrance(String file, int offset) throws Exception {
		Peer holder = start(1).get(0);
		holder.order("reports 2 take 1");
		Peer blocker = holdByte(file, (1 << 18) + offset);
		try (LockRegistry impatient = LockRegistries.builder()
			.lockDirectory(this.locks)
			.defaultTimeout(Duration.ofMillis(10))
			.build()) {
			CountingSemaphore semaphore = impatient.interProcessSemaphore("reports", 2);
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> semaphore.acquire().close())
				.withMessageContainingAll("held by pid " + holder.pid(),
						"; the place of the first waiter is held by pid " + blocker.pid());
		}
	}

	@Test
	void whoTimesOutIsToldWhoHolds() {
		Peer peer = start(1).get(0);
		peer.order("reports 2 take 1");
		try (LockRegistry impatient = LockRegistries.builder()
			.lockDirectory(this.locks)
			.defaultTimeout(Duration.ofMillis(10))
			.build()) {
			CountingSemaphore semaphore = impatient.interProcessSemaphore("reports", 2);
			assertThat(semaphore.holders()).singleElement()
				.satisfies((holder) -> assertThat(holder.pid()).isEqualTo(peer.pid()));
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> semaphore.acquire(2).close())
				.withMessageStartingWith(String.format(Locale.ROOT,
						"Could not get 2 of 2 permits of 'reports' within 10ms; held by pid %d (java ", peer.pid()));
		}
	}

	@Test
	void theDeathOfAProcessFreesItsPermits() throws Exception {
		Peer peer = start(1).get(0);
		peer.order("reports 3 take 2");
		Background<Boolean> waiter = Background.start(() -> semaphore(3).acquire(3).close()).awaitWaiting();
		peer.kill();
		assertThat(waiter.result()).isTrue();
	}

	@Test
	void theDeathOfAWaiterDisturbsNobody() throws Exception {
		Peer peer = start(1).get(0);
		try (LockHold hold = semaphore(2).acquire()) {
			peer.send("reports 2 take 2");
			// until it is seen that it waits
			Background.until(() -> !mayTake(1, 2));
			peer.kill();
			Background.until(() -> mayTake(1, 2));
		}
		assertThat(mayTake(2, 2)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void noMorePermitsAreOutThanThereAre(int most) throws IOException {
		Sections sections = Sections.beside(this.locks);
		List<Peer> three = start(3);
		for (int i = 0; i < 3; i++) {
			three.get(i).order(String.format(Locale.ROOT, "reports 3 loop 4 %d %d 50", most, i));
		}
		for (int i = 0; i < 3; i++) {
			int process = i;
			Background.until(() -> sections.done(process) > 300);
		}
		three.forEach((peer) -> peer.order("reports 3 halt"));
		assertThat(sections.reading()).isZero();
		assertThat(sections.violations()).isZero();
		assertThat(mayTake(3, 3)).isTrue();
	}

	@Test
	void whoAsksForAllIsNotKeptOutByTwoBusyProcessesThatAskForOne() throws IOException {
		List<Peer> two = start(2);
		for (int i = 0; i < 2; i++) {
			two.get(i).order(String.format(Locale.ROOT, "reports 3 loop 4 1 %d 500", i));
		}
		// for a millisecond or two each process goes on with what it may find
		assertOvertaken(3, 3, 2, 60);
		two.forEach((peer) -> peer.order("reports 3 halt"));
	}

	@ParameterizedTest
	@CsvSource({ "1, 100", "2, 100", "4, 100", "2, 5000" })
	void whoWaitsGetsInBesideAProcessInATightLoop(int threads, long micros) throws IOException {
		Peer peer = start(1).get(0);
		peer.order(String.format(Locale.ROOT, "reports 1 loop %d 1 0 %d", threads, micros));
		// for a millisecond or two it goes on, and another one if it is about to wait
		// itself
		assertOvertaken(1, 1, 1, 80);
		peer.order("reports 1 halt");
	}

	/**
	 * Wait again and again, and count the sections of others meanwhile. A tenth of the
	 * rounds may exceed the bound: the machine may keep anybody off its processors.
	 */
	private void assertOvertaken(int permits, int of, int processes, long bound) throws IOException {
		Sections sections = Sections.beside(this.locks);
		List<Long> others = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			for (int i = 0; i < processes; i++) {
				int process = i;
				long before = sections.done(process);
				Background.until(() -> sections.done(process) >= before + 20);
			}
			long before = sections.done();
			try (LockAttempt attempt = semaphore(of).tryAcquire(permits, FOR_EVER)) {
				long overtook = sections.done() - before;
				assertThat(attempt.isAcquired()).as("acquired while others did %d sections", overtook).isTrue();
				others.add(overtook);
				sections.limited(permits, of, processes, 1);
			}
		}
		List<Long> sorted = others.stream().sorted().toList();
		assertThat(sorted.get(ROUNDS - ROUNDS / 10 - 1))
			.as("sections of others during one of the longer waits of %s", sorted)
			.isLessThanOrEqualTo(bound);
		assertThat(sections.violations()).isZero();
	}

	@Test
	void whoComesWithAnotherNumberIsRefusedAndTheFirstGoesOn() throws Exception {
		Peer peer = start(1).get(0);
		peer.order("reports 3 take 1");
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(1, 2))
			.withMessageContaining("it is a semaphore of 2 permits here, but of 3 for pid " + peer.pid())
			.withMessageEndingWith("use the same number for all");
		peer.order("reports 3 take 2");
		peer.order("reports 3 give");
		// a number stays in use while its process has nothing
		peer.order("reports 3 give");
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(1, 2));
		peer.kill();
		assertThat(mayTake(1, 2)).isTrue();
	}

	@Test
	void anotherProcessThatComesWithAnotherNumberIsRefused() {
		assertThat(mayTake(1, 3)).isTrue();
		Peer peer = start(1).get(0);
		assertThat(peer.tell("reports 2 take 1")).isEqualTo(String.format(Locale.ROOT,
				"LockPathException: 'reports' cannot be used as an inter-process lock: it is a semaphore of 2 permits here, but of 3 for pid %d (%s): use the same number for all",
				ProcessHandle.current().pid(), Program.of(ProcessHandle.current().pid())));
		assertThat(mayTake(3, 3)).isTrue();
		this.registry.close();
		assertThat(peer.tell("reports 2 try 1 0")).isEqualTo("true");
	}

	@Test
	void ofTwoThatComeAtTheSameMomentWithTwoNumbersOneIsRefused() {
		List<Peer> two = start(2);
		for (int round = 0; round < 50; round++) {
			for (int i = 0; i < 2; i++) {
				two.get(i).send(String.format(Locale.ROOT, "reports%d %d try 1 0", round, 2 + i));
			}
			List<String> answers = two.stream().map(Peer::answer).map((answer) -> answer.split(":", 2)[0]).toList();
			assertThat(answers).as("round %d", round).containsExactlyInAnyOrder("true", "LockPathException");
		}
	}

	@Test
	void thoseWhoComeAtTheSameMomentWithTheSameNumberAllGetIn() {
		List<Peer> three = start(3);
		for (int round = 0; round < 50; round++) {
			for (Peer peer : three) {
				peer.send(String.format(Locale.ROOT, "reports%d 3 try 1 0", round));
			}
			assertThat(three.stream().map(Peer::answer)).as("round %d", round).containsOnly("true");
		}
	}

	private Peer python() throws Exception {
		Optional<String> interpreter = PythonInteropProcessTests.interpreter();
		assumeThat(interpreter).as("a Python that has fasteners (Debian: python3-fasteners)").isPresent();
		Peer python = peer(Peer.python(interpreter.get(), this.locks.resolve("reports")));
		return python;
	}

	@Test
	void aPermitKeepsPythonOut() throws Exception {
		assertThat(mayTake(1, 3)).isTrue();
		Peer python = python();
		// that the number is in use keeps nobody out
		assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("true");
		try (LockHold hold = semaphore(3).acquire()) {
			assertThat(python.tell("try READ 0")).isEqualTo("false");
			assertThat(python.tell("try EXCLUSIVE 50")).isEqualTo("false");
		}
		assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("true");
	}

	@Test
	void pythonKeepsAllPermitsToItselfAndThatIsContention() throws Exception {
		Peer peer = start(1).get(0);
		Peer python = python();
		python.order("lock READ");
		assertThat(mayTake(1, 3)).isFalse();
		assertThat(peer.tell("reports 3 try 1 0")).isEqualTo("false");
		assertThat(peer.tell("reports 3 try 1 30")).isEqualTo("false");
		assertThat(semaphore(3).holders()).extracting(LockHolder::pid).containsExactly(python.pid());
		Background<Boolean> waiter = Background.start(() -> semaphore(3).acquire(2).close()).awaitWaiting();
		peer.send("reports 3 take 1");
		python.order("unlock READ");
		waiter.result();
		peer.expect("done");
		peer.order("reports 3 give");
	}

	@Test
	void theDeathOfPythonFreesThePermits() throws Exception {
		Peer python = python();
		python.order("lock EXCLUSIVE");
		List<Background<Boolean>> waiters = Stream.of(1, 3)
			.map((permits) -> Background.start(() -> semaphore(3).acquire(permits).close()).awaitWaiting())
			.toList();
		python.kill();
		waiters.forEach(Background::result);
	}

}
