package org.fasteners.process.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Locks of keys between processes, and with the Python of the documentation.
 */
@Timeout(120)
class KeyedLockProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private InterProcessLocks locks;

	@BeforeEach
	void open() throws IOException {
		this.directory = this.temp.toRealPath().resolve("locks");
		this.locks = new InterProcessLocks(new FileLockEngine(this.directory, LockDirectoryAccess.OWNER), null);
	}

	private boolean mayTake(String key, LockMode mode) {
		try (LockAttempt attempt = this.locks.get("orders", key).tryAcquire(mode)) {
			return attempt.isAcquired();
		}
	}

	@Test
	void aKeyIsOneLockInAllProcessesAndIndependentOfAnother() throws Exception {
		try (Peer peer = Peer.java(this.directory, "orders", "17")) {
			peer.order("lock EXCLUSIVE");
			assertThat(mayTake("17", LockMode.SHARED)).isFalse();
			assertThat(mayTake("17", LockMode.EXCLUSIVE)).isFalse();
			assertThat(mayTake("18", LockMode.EXCLUSIVE)).isTrue();
			peer.order("unlock EXCLUSIVE");
			peer.order("lock SHARED");
			assertThat(mayTake("17", LockMode.SHARED)).isTrue();
			assertThat(mayTake("17", LockMode.EXCLUSIVE)).isFalse();
			peer.kill();
			assertThat(mayTake("17", LockMode.EXCLUSIVE)).isTrue();
		}
	}

	@Test
	void theLockOfThePathIsIndependentOfThoseOfItsKeys() throws Exception {
		try (Peer peer = Peer.java(this.directory, "orders");
				LockHold key = this.locks.get("orders", "17").acquire(LockMode.EXCLUSIVE)) {
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
			peer.order("lock EXCLUSIVE");
			assertThat(mayTake("18", LockMode.EXCLUSIVE)).isTrue();
		}
	}

	@Test
	void whoTimesOutIsToldThePathTheKeyAndTheHolder() throws Exception {
		try (Peer peer = Peer.java(this.directory, "orders", "17")) {
			peer.order("lock EXCLUSIVE");
			InterProcessLocks impatient = new InterProcessLocks(
					new FileLockEngine(this.directory, LockDirectoryAccess.OWNER), Duration.ofMillis(10));
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> impatient.get("orders", "17").acquire(LockMode.SHARED))
				.withMessageContaining("'orders[17]'")
				.withMessageContaining(String.valueOf(peer.pid()));
		}
	}

	@Test
	void manyKeysHeldAtOnceAreKeptApart() {
		List<LockHold> holds = Stream.iterate(0, (i) -> i + 1)
			.limit(500)
			.map((i) -> this.locks.get("orders", "key " + i).acquire(LockMode.EXCLUSIVE))
			.toList();
		assertThat(this.locks.get("orders", "key 3").holders()).hasSize(1);
		assertThat(Background.elsewhere(() -> mayTake("key 3", LockMode.SHARED))).isFalse();
		assertThat(Background.elsewhere(() -> mayTake("key 500", LockMode.EXCLUSIVE))).isTrue();
		holds.forEach(LockHold::close);
		assertThat(Background.elsewhere(() -> mayTake("key 3", LockMode.EXCLUSIVE))).isTrue();
	}

	@Test
	void allKeysOfAPathShareOneFileAndOneDescriptor() throws IOException {
		this.locks.get("orders", "first").acquire(LockMode.SHARED).close();
		int before = Descriptors.of(this.directory).size();
		for (int i = 0; i < 10_000; i++) {
			this.locks.get("orders", "key " + i).acquire(LockMode.EXCLUSIVE).close();
		}
		assertThat(Descriptors.of(this.directory)).hasSize(before);
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files).containsExactlyInAnyOrder(this.directory.resolve("orders"),
					this.directory.resolve("orders.keys-1"), this.directory.resolve(".protocol-fcntl"));
		}
	}

	@Test
	void thePythonOfTheDocumentationUsesTheSameLocks() throws Exception {
		this.locks.get("orders", "made").acquire(LockMode.SHARED).close();
		for (String key : List.of("17", "Zoë", "")) {
			try (Peer python = python()) {
				python.order("lock " + key);
				assertThat(mayTake(key, LockMode.SHARED)).isFalse();
				assertThat(mayTake("18", LockMode.EXCLUSIVE)).isTrue();
				assertThat(this.locks.get("orders", key).holders()).singleElement()
					.satisfies((holder) -> assertThat(holder.pid()).isEqualTo(python.pid()));
				python.order("unlock ");
				LockHold read = this.locks.get("orders", key).acquire(LockMode.SHARED);
				python.send("lock " + key);
				read.close();
				python.expect("done");
				assertThat(mayTake(key, LockMode.SHARED)).isFalse();
			}
		}
	}

	private Peer python() throws IOException {
		Path interpreter = Path.of("/usr/bin/python3");
		assumeThat(interpreter).as("Python").isExecutable();
		Matcher example = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(Path.of("..", "docs", "keyed-locks.md")));
		assertThat(example.find()).isTrue();
		Path script = Files.writeString(this.temp.resolve("peer.py"), example.group(1) + orders());
		return Peer.program(List.of(interpreter.toString(), "-X", "utf8", script.toString(),
				this.directory.resolve("orders").toString()));
	}

	private static String orders() throws IOException {
		try (InputStream file = Objects
			.requireNonNull(KeyedLockProcessTests.class.getResourceAsStream("/keyed_peer.py"))) {
			return new String(file.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
