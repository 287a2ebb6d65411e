package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Exclusion with Python's fasteners on the same file, both ways. Tried with 0.17.3.
 */
@Timeout(120)
class PythonInteropProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@SuppressWarnings("NullAway.Init")
	private InterProcessReaderWriterLock lock;

	@SuppressWarnings("NullAway.Init")
	private Peer python;

	@BeforeEach
	void start() throws Exception {
		Optional<String> interpreter = interpreter();
		assumeThat(interpreter).as("a Python that has fasteners (Debian: python3-fasteners)").isPresent();
		this.locks = this.temp.toRealPath().resolve("locks");
		this.lock = new InterProcessLocks(new FileLockEngine(this.locks, LockDirectoryAccess.OWNER), null).get("a");
		this.python = Peer.python(interpreter.get(), this.locks.resolve("a"));
	}

	@AfterEach
	@SuppressWarnings("NullAway")
	void stop() throws InterruptedException {
		if (this.python != null) {
			this.python.close();
		}
	}

	/** Debian's own Python, which has Debian's packages, before any other. */
	static Optional<String> interpreter() throws InterruptedException {
		for (String candidate : List.of("/usr/bin/python3", "python3")) {
			try {
				if (new ProcessBuilder(candidate, "-c", "import fasteners").start().waitFor() == 0) {
					return Optional.of(candidate);
				}
			}
			catch (IOException ex) {
				// not there
			}
		}
		return Optional.empty();
	}

	@Test
	void aJavaWriterKeepsPythonOut() {
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(this.python.tell("try EXCLUSIVE 0")).isEqualTo("false");
			assertThat(this.python.tell("try WRITE 0")).isEqualTo("false");
			assertThat(this.python.tell("try READ 50")).isEqualTo("false");
		}
		assertThat(this.python.tell("try EXCLUSIVE 0")).isEqualTo("true");
		assertThat(this.python.tell("try READ 0")).isEqualTo("true");
	}

	@Test
	void aJavaReaderSharesWithPythonReadersAlone() {
		try (LockHold hold = this.lock.acquire(LockMode.SHARED)) {
			assertThat(this.python.tell("try READ 0")).isEqualTo("true");
			assertThat(this.python.tell("try WRITE 0")).isEqualTo("false");
			assertThat(this.python.tell("try EXCLUSIVE 50")).isEqualTo("false");
		}
		assertThat(this.python.tell("try WRITE 0")).isEqualTo("true");
	}

	@Test
	void aPythonWriterKeepsJavaOut() {
		for (String mode : List.of("EXCLUSIVE", "WRITE")) {
			this.python.order("lock " + mode);
			assertThat(attempt(LockMode.SHARED, Duration.ZERO)).isFalse();
			assertThat(attempt(LockMode.EXCLUSIVE, Duration.ofMillis(50))).isFalse();
			assertThat(this.lock.holders()).singleElement().satisfies((holder) -> {
				assertThat(holder.pid()).isEqualTo(this.python.pid());
				assertThat(holder.description()).contains("python");
			});
			this.python.order("unlock " + mode);
			assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isTrue();
		}
	}

	@Test
	void aPythonReaderSharesWithJavaReadersAlone() {
		this.python.order("lock READ");
		assertThat(attempt(LockMode.SHARED, Duration.ZERO)).isTrue();
		assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isFalse();
		this.python.order("unlock READ");
		assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isTrue();
	}

	@Test
	void eachWaitsForTheOther() {
		this.python.order("lock EXCLUSIVE");
		Background<Boolean> waiter = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		this.python.order("unlock EXCLUSIVE");
		waiter.result();
		LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
		this.python.send("lock EXCLUSIVE");
		hold.close();
		this.python.expect("done");
		assertThat(attempt(LockMode.SHARED, Duration.ZERO)).isFalse();
	}

	@Test
	void theDeathOfPythonFreesTheLock() throws Exception {
		this.python.order("lock EXCLUSIVE");
		Background<Boolean> waiter = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		this.python.kill();
		assertThat(waiter.result()).isTrue();
	}

	@Test
	void theDeathOfJavaFreesTheLock() throws Exception {
		for (String mode : List.of("SHARED", "EXCLUSIVE")) {
			try (Peer java = Peer.faulty(this.locks)) {
				java.order("lock a " + mode);
				assertThat(this.python.tell("try EXCLUSIVE 0")).isEqualTo("false");
				this.python.send("lock EXCLUSIVE");
				java.kill();
				this.python.expect("done");
				this.python.order("unlock EXCLUSIVE");
			}
		}
	}

	@Test
	void theDeathOfAWaiterDisturbsNobody() throws Exception {
		try (Peer java = Peer.faulty(this.locks)) {
			this.python.order("lock EXCLUSIVE");
			java.order("wait a");
			java.kill();
			this.python.order("unlock EXCLUSIVE");
			assertThat(this.python.tell("try WRITE 0")).isEqualTo("true");
		}
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			this.python.send("lock WRITE");
			this.python.kill();
		}
		assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isTrue();
	}

	@Test
	void aTimeoutEndsAWaitOnEitherSideAndLeavesNoTrace() throws Exception {
		this.python.order("lock WRITE");
		assertThat(attempt(LockMode.SHARED, Duration.ofMillis(30))).isFalse();
		this.python.order("unlock WRITE");
		try (LockHold hold = this.lock.acquire(LockMode.SHARED)) {
			assertThat(this.python.tell("try WRITE 30")).isEqualTo("false");
			assertThat(this.python.tell("try READ 0")).isEqualTo("true");
		}
		assertThat(this.python.tell("try WRITE 0")).isEqualTo("true");
		assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isTrue();
	}

	@Test
	void pythonLocksTheWholeFileAndSoAllItsKeys() throws Exception {
		try (Peer java = Peer.faulty(this.locks)) {
			this.python.order("lock EXCLUSIVE");
			assertThat(java.tell("key a 17 EXCLUSIVE")).isEqualTo("false");
			this.python.order("unlock EXCLUSIVE");
			this.python.order("lock READ");
			assertThat(java.tell("key a 17 SHARED")).isEqualTo("true");
			assertThat(java.tell("key a 17 EXCLUSIVE")).isEqualTo("false");
			this.python.order("unlock READ");
			assertThat(java.tell("key a 17 EXCLUSIVE")).isEqualTo("true");
			java.order("hold a 17");
			assertThat(this.python.tell("try READ 0")).isEqualTo("false");
			assertThat(this.python.tell("try EXCLUSIVE 30")).isEqualTo("false");
			java.kill();
			assertThat(this.python.tell("try EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	@Test
	void bothCountTogetherAndNothingIsLost() throws Exception {
		Path file = Files.writeString(this.temp.resolve("count"), "0");
		this.python.send("count " + file + " 50");
		// Python looks again only every 10 ms, so it needs gaps to get a share.
		for (int i = 0; i < 50; i++) {
			JavaPeer.count(this.lock, file, 4);
			Thread.sleep(5);
		}
		this.python.expect("done");
		assertThat(file).hasContent("250");
	}

	private boolean attempt(LockMode mode, Duration timeout) {
		try (LockAttempt attempt = this.lock.tryAcquire(mode, timeout)) {
			return attempt.isAcquired();
		}
	}

}
