package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Processes of different default locales exclude one another, and their messages have
 * numbers that can be searched for.
 */
@Timeout(120)
class LocaleProcessTests extends AmongProcesses {

	private static final int ANOTHER_USER = 100_001;

	@ParameterizedTest
	@CsvSource({ "ar, EG, \u0661\u0666", "fa, IR, \u06f1\u06f6", "tr, TR, 16", "de, DE, 16" })
	void namesAndMessagesDoNotDependOnTheDefaultLocale(String language, String country, String sixteen)
			throws Exception {
		Files.createDirectory(this.locks);
		if (Files.getAttribute(this.locks, "unix:uid").equals(0)) {
			Files.setAttribute(this.locks, "unix:uid", ANOTHER_USER);
		}
		Object owner = Files.getAttribute(this.locks, "unix:uid");
		InterProcessLocks ours = LocalePeer.locks(this.locks);
		Peer peer = peer(Peer.program(List.of(Peer.javaExecutable(), "-Xshare:auto", "-Duser.language=" + language,
				"-Duser.country=" + country, "-cp", System.getProperty("java.class.path"), LocalePeer.class.getName(),
				this.locks.toString())));
		assertThat(peer.tell("digits")).isEqualTo(sixteen);
		assertThat(peer.tell("log")).contains("(owner " + owner + ", mode 0");
		try (LockHold path = ours.get("whole").acquire(LockMode.EXCLUSIVE);
				LockHold key = ours.get("orders", "4711").acquire(LockMode.EXCLUSIVE);
				LockHold permit = ours.semaphore("pool", 1).acquire();
				LockHold other = ours.semaphore("other", 1).acquire()) {
			assertThat(List.of(path, key, permit, other)).doesNotContainNull();
			String us = "pid " + ProcessHandle.current().pid();
			assertThat(peer.tell("path whole")).contains(us).matches("\\p{ASCII}*");
			assertThat(peer.tell("key orders 4711")).contains(us).matches("\\p{ASCII}*");
			assertThat(peer.tell("permits pool 1")).contains(us).matches("\\p{ASCII}*");
			assertThat(peer.tell("permits other 1000")).contains("1000").matches("\\p{ASCII}*");
			assertThat(peer.tell("path " + "a/".repeat(1600) + "a")).contains("1601").matches("\\p{ASCII}*");
		}
		peer.order("key orders 42");
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> ours.get("orders", "42").acquire(LockMode.EXCLUSIVE).close())
			.withMessageContaining("pid " + peer.pid());
		assertThat(names()).allMatch((name) -> name.matches("\\p{ASCII}*")).contains("orders.keys-16");
	}

	private List<String> names() throws IOException {
		try (var files = Files.walk(this.locks)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

}
