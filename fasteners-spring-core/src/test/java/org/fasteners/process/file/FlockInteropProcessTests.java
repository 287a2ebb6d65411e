package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Exclusion with {@code flock(1)} and with {@code fcntl.flock} of Python, in a lock
 * directory of {@code flock(2)}. Tried with util-linux 2.38.1 and Python 3.11.2.
 */
@Timeout(120)
class FlockInteropProcessTests extends AmongProcesses {

	@SuppressWarnings("NullAway.Init")
	private InterProcessReaderWriterLock lock;

	@BeforeEach
	void start() throws Exception {
		assumeThat(Commands.succeeds("flock", "--version")).as("flock(1) of util-linux").isTrue();
		this.lock = new InterProcessLocks(
				new FileLockEngine(this.locks, FileLockSettings.DEFAULT.withProtocol(LockProtocol.FLOCK)), null)
			.get("a");
		pass(LockMode.EXCLUSIVE);
	}

	private Peer python() throws Exception {
		return peer(Peer.python("python3", "flock", file()));
	}

	private Path file() {
		return this.locks.resolve("a");
	}

	private boolean flock(String... options) throws InterruptedException {
		List<String> command = new ArrayList<>(List.of("flock"));
		command.addAll(List.of(options));
		command.addAll(List.of(file().toString(), "true"));
		return Commands.succeeds(command.toArray(new String[0]));
	}

	private void pass(LockMode mode) {
		this.lock.acquire(mode).close();
	}

	private boolean attempt(LockMode mode, Duration timeout) {
		try (LockAttempt attempt = this.lock.tryAcquire(mode, timeout)) {
			return attempt.isAcquired();
		}
	}

	@Test
	void ourLockKeepsTheCommandOut() throws Exception {
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(flock("-n")).isFalse();
			assertThat(flock("-n", "-s")).isFalse();
			assertThat(flock("-w", "0.05")).isFalse();
		}
		assertThat(flock("-n")).isTrue();
		try (LockHold hold = this.lock.acquire(LockMode.SHARED)) {
			assertThat(flock("-n", "-s")).isTrue();
			assertThat(flock("-n")).isFalse();
		}
		assertThat(flock("-n")).isTrue();
	}

	@Test
	void theCommandKeepsUsOut() throws Exception {
		Peer command = peer(Peer.program(List.of("flock", file().toString(), "sh", "-c", "echo ready; read line")));
		assertThat(attempt(LockMode.SHARED, Duration.ZERO)).isFalse();
		assertThat(attempt(LockMode.EXCLUSIVE, Duration.ofMillis(50))).isFalse();
		assertThat(this.lock.holders()).singleElement().satisfies((holder) -> {
			assertThat(holder.mode()).isEqualTo(LockMode.EXCLUSIVE);
			assertThat(holder.pid()).isEqualTo(command.pid());
			assertThat(holder.description()).contains("flock");
		});
		Background<Boolean> waiter = Background.start(() -> pass(LockMode.EXCLUSIVE)).awaitWaiting();
		command.send("");
		assertThat(waiter.result()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "UPDATE")
	void pythonAndWeExcludeOneAnother(LockMode mode) throws Exception {
		boolean shared = mode == LockMode.SHARED;
		Peer python = python();
		python.order("lock " + mode);
		assertThat(attempt(LockMode.EXCLUSIVE, Duration.ofMillis(20))).isFalse();
		assertThat(attempt(LockMode.SHARED, Duration.ZERO)).isEqualTo(shared);
		python.order("unlock");
		try (LockHold hold = this.lock.acquire(mode)) {
			assertThat(python.tell("try EXCLUSIVE 20")).isEqualTo("false");
			assertThat(python.tell("try SHARED 0")).isEqualTo(String.valueOf(shared));
			python.send("lock EXCLUSIVE");
		}
		python.expect("done");
		Background<Boolean> waiter = Background.start(() -> pass(mode)).awaitWaiting();
		python.order("unlock");
		assertThat(waiter.result()).isTrue();
	}

	@Test
	void theDeathOfEitherSideFreesTheLock() throws Exception {
		Peer python = python();
		Peer java = peer(Peer.flock(this.locks, "a"));
		java.order("lock EXCLUSIVE");
		python.send("lock EXCLUSIVE");
		java.kill();
		python.expect("done");
		Background<Boolean> waiter = Background.start(() -> pass(LockMode.SHARED)).awaitWaiting();
		python.kill();
		assertThat(waiter.result()).isTrue();
	}

	@Test
	void aChildOfOursDoesNotKeepTheLock() throws Exception {
		Process child;
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			child = new ProcessBuilder("sleep", "60").start();
		}
		try {
			assertThat(flock("-n")).isTrue();
			assertThat(child.isAlive()).isTrue();
		}
		finally {
			child.destroyForcibly();
		}
	}

	@Test
	void javaProcessesCountTogetherAndNothingIsLost() throws Exception {
		Path file = Files.writeString(this.temp.resolve("count"), "0");
		List<Peer> javas = List.of(peer(Peer.flock(this.locks, "a")), peer(Peer.flock(this.locks, "a")));
		for (Peer java : javas) {
			java.send("count " + file + " 300");
		}
		JavaPeer.count(this.lock, file, 300);
		for (Peer java : javas) {
			java.expect("done");
		}
		assertThat(file).hasContent("900");
	}

	@Test
	void processesThatDisagreeAboutTheProtocolDoNotBothStart() throws IOException {
		assertThatThrownBy(() -> Peer.java(this.locks, "a")).isInstanceOf(AssertionError.class)
			.hasMessageContaining("has ended");
		Path other = this.temp.resolve("other");
		peer(Peer.java(other, "a"));
		assertThatThrownBy(() -> Peer.flock(other, "a")).isInstanceOf(AssertionError.class)
			.hasMessageContaining("has ended");
	}

	/**
	 * Of all sections in the meantime: so many would be a matter of luck. On a busy
	 * machine the kernel's table is read once a second (ADR 21), while three readers have
	 * some 3,000 sections.
	 */
	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "UPDATE")
	void whoWaitsInTheKernelIsNotStarvedByABusyProcess(LockMode mode) throws Exception {
		AtomicBoolean over = new AtomicBoolean();
		AtomicLong sections = new AtomicLong();
		List<Background<Boolean>> busy = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			busy.add(Background.start(() -> {
				while (!over.get()) {
					try (LockHold hold = this.lock.acquire(mode)) {
						Thread.sleep(1);
						sections.incrementAndGet();
					}
				}
			}));
		}
		Peer python = python();
		for (int i = 0; i < 10; i++) {
			long before = sections.get();
			python.order("lock EXCLUSIVE");
			python.order("unlock");
			assertThat(sections.get() - before).isLessThan(20_000);
		}
		over.set(true);
		busy.forEach(Background::result);
	}

}
