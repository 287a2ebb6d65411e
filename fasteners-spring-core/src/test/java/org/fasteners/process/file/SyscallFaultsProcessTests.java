package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import org.fasteners.LockAttempt;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Which system calls a lock makes, and what happens when one of them fails or the process
 * dies in it.
 */
@Timeout(120)
class SyscallFaultsProcessTests {

	/** For each new file another one. */
	private static final String NEW = "new";

	private static final List<String> ERRORS = List.of("EIO", "EACCES", "EINTR");

	private static final Map<String, List<String>> MORE_ERRORS = Map.of("fcntl", List.of("ENOLCK", "EDEADLK"), "openat",
			List.of("EMFILE", "ENFILE", "ENOSPC", "EROFS", "ELOOP"));

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@SuppressWarnings("NullAway.Init")
	private LockRegistry registry;

	private int files;

	@BeforeEach
	void open() throws Exception {
		assumeThat(Strace.isUsable()).as("strace (Debian: strace), allowed to attach to a child").isTrue();
		this.locks = this.temp.toRealPath().resolve("locks");
		this.registry = LockRegistries.builder().lockDirectory(this.locks).build();
	}

	@Test
	void anUncontendedPairIsTwoCallsAndNoneOfThemReadsOrWritesData() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			peer.order("pairs a 1000");
			List<String> calls = trace(peer, "pairs a 100", "trace=%file,%desc");
			// Besides, the identity of the file is looked at from time to time.
			assertThat(calls).filteredOn((call) -> Strace.name(call).equals("fcntl")).hasSize(200);
			assertThat(calls).extracting(Strace::name)
				.isSubsetOf("fcntl", "stat", "lstat", "newfstatat", "statx")
				.hasSizeLessThan(250);
		}
		assertThat(this.locks.resolve("a")).isEmptyFile();
	}

	@ParameterizedTest
	@ValueSource(strings = { NEW, "known" })
	void whicheverCallFailsThatIsADefinedErrorAndNothingStaysHeld(String path) throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			peer.order("pair known");
			peer.order("age");
			int injected = 0;
			for (String call : new TreeSet<>(
					trace(peer, "pair " + file(path), "trace=%file,%desc").stream().map(Strace::name).toList())) {
				List<String> errors = new ArrayList<>(ERRORS);
				errors.addAll(MORE_ERRORS.getOrDefault(call, List.of()));
				for (String error : errors) {
					for (int number = 1; fails(peer, path, call, error, number); number++) {
						injected++;
					}
				}
			}
			assertThat(injected).as("injected errors").isGreaterThan(path.equals(NEW) ? 25 : 10);
		}
	}

	/** Whether there is a call of that number to fail. */
	private boolean fails(Peer peer, String path, String call, String error, int number) throws Exception {
		String file = file(path);
		// up to 10 ms after it has looked, a process relies on what it saw
		peer.order("age");
		Strace strace = Strace.attach(peer.tell("thread"), this.temp.resolve("calls"), "trace=" + call,
				String.format(Locale.ROOT, "inject=%s:error=%s:when=%d", call, error, number));
		String answer = peer.tell("pair " + file);
		boolean injected = strace.detach().stream().anyMatch((line) -> line.contains("(INJECTED)"));
		String which = String.format(Locale.ROOT, "%s of %s number %d: %s", error, call, number, answer);
		// EACCES of fcntl says that another process holds the lock
		assertThat(answer).as(which).matches("done|Lock(Engine|Path)Exception: .*|refused");
		assertThat(answer).as(which).doesNotContain(this.temp.toString());
		if (!injected) {
			assertThat(answer).as(which).isEqualTo("done");
		}
		if (error.equals("ENOLCK") && injected) {
			// A new file is locked by specimens as well, to know of which file a channel
			// is.
			assertThat(answer).as(which)
				.matches(String.format(Locale.ROOT, "LockEngineException: Could not %s '%s': No locks available",
						path.equals(NEW) ? "(lock|release)" : (number == 1) ? "lock" : "release", file));
		}
		assertThat(peer.tell("pair " + file)).as(which).isEqualTo("done");
		assertThat(mayTake(file)).as(which).isTrue();
		// A channel that was opened in vain is closed when it is known of which file it
		// is.
		// What strace does not let be closed stays open.
		boolean another = call.equals("close") || call.equals("statx") || call.endsWith("stat");
		assertThat(peer.tell("opened " + this.locks.resolve(file))).as(which).isIn("1", another ? "2" : "1");
		return injected;
	}

	@ParameterizedTest
	@ValueSource(strings = { "openat:when=1", "fcntl:when=1", "fcntl:when=2" })
	void whoIsKilledInACallLeavesNothingBehind(String call) throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			String file = file(NEW);
			Strace strace = Strace.attach(peer.tell("thread"), this.temp.resolve("calls"),
					"inject=" + call.replace(":", ":signal=SIGKILL:"));
			peer.send("pair " + file);
			peer.awaitEnd();
			strace.detach();
			assertThat(Files.readString(this.temp.resolve("calls"))).contains("killed by SIGKILL");
			assertThat(mayTake(file)).isTrue();
		}
	}

	private List<String> trace(Peer peer, String order, String what) throws Exception {
		Strace strace = Strace.attach(peer.tell("thread"), this.temp.resolve("calls"), what);
		peer.order(order);
		return strace.detach();
	}

	private String file(String path) {
		return path.equals(NEW) ? NEW + this.files++ : path;
	}

	private boolean mayTake(String file) {
		try (LockAttempt attempt = this.registry.interProcessReaderWriterLock(file).tryAcquire(LockMode.EXCLUSIVE)) {
			return attempt.isAcquired();
		}
	}

}
