package org.fasteners.process.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Whatever is given as a path or as a key.
 */
@Timeout(60)
class NamesAndKeysTests {

	/** No segment of a path may be one of these, or contain one of the further below. */
	private static final List<String> SEGMENTS = List.of("", ".", "..", "...", ".hidden", "..x", "~", "~root", " ",
			"  ", "x".repeat(201), "x".repeat(5000));

	private static final List<String> PARTS = List.of("\\", "..\\", "C:", "C:\\", "%2e%2e", "%2f", "%00", "%", " ",
			"\t", "\r\n", "\n", "\u0000", "\u0001", "\u001b[31m", "\u007f", "\u0085", "\u00e9", "e\u0301", "\u202e",
			"\u2028", "\u2215", "\uff0f", "\ufeff", "\ud800", "\udc00", "\ud83d\ude00", "*", "?", ":", ";", "|", "&",
			"$", "${x}", "#{x}", "$(id)", "`id`", "'", "\"", "<", ">", "(", "!", "@", "=", "+", ",", "^", "{", "[",
			"\u0391");

	private static final List<String> AROUND = List.of("%s", "a%s", "%sa", "a%sb", "a/%s", "a/%s/b", "a%s/b", "a/b%sc",
			"../%s", "a/../%s", "/%s", "/etc/%s", "//%s", "./%s", "a/b/c/d/%s", "a/b/../../../%s", "-%s", "CON%s");

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private LockRegistry registry;

	@BeforeEach
	void open() throws IOException {
		this.temp = this.temp.toRealPath();
		this.registry = LockRegistries.builder().lockDirectory(this.temp.resolve("locks")).build();
	}

	/** Each of them is bad for one reason at least that everybody can see. */
	private static Set<String> badPaths() {
		Set<String> paths = new LinkedHashSet<>();
		for (String around : AROUND) {
			for (String part : PARTS) {
				paths.add(around.replace("%s", part));
			}
			if (around.matches("(.*/)?%s(/.*)?")) {
				SEGMENTS.forEach((segment) -> paths.add(around.replace("%s", segment)));
			}
		}
		Random random = new Random(42);
		for (int i = 0; i < 500; i++) {
			String part = PARTS.get(random.nextInt(PARTS.size()));
			StringBuilder path = new StringBuilder(part);
			for (int j = random.nextInt(10); j >= 0; j--) {
				path.insert(random.nextInt(path.length() + 1), (char) (1 + random.nextInt(0x2ff)));
			}
			paths.add(path.toString().contains(part) ? path.toString() : part);
		}
		return paths;
	}

	@Test
	void noBadPathReachesAFile() throws IOException {
		Set<String> paths = badPaths();
		assertThat(paths).hasSizeGreaterThan(1_000);
		this.registry.interProcessLock("a/b").acquire().close();
		List<Path> before = everything();
		for (String path : paths) {
			assertThatExceptionOfType(LockPathException.class).as(path)
				.isThrownBy(() -> this.registry.interProcessLock(path).acquire().close())
				.satisfies((ex) -> assertThat(ex.getMessage()).matches("\\P{Cntrl}*")
					.doesNotContain(this.temp.toString())
					.hasSizeLessThan(1000));
		}
		assertThat(everything()).isEqualTo(before);
	}

	@Test
	void everyTextIsAKeyAndNoneReachesAPath() throws IOException {
		this.registry.interProcessLock("keys", "").acquire().close();
		List<Path> before = everything();
		int locked = 0;
		for (String key : badPaths()) {
			if (StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
				try (LockHold hold = this.registry.interProcessLock("keys", key).acquire()) {
					assertThat(this.registry.interProcessLock("keys", key).isHeldByCurrentOwner()).isTrue();
					locked++;
				}
			}
			else {
				assertThatIllegalArgumentException().isThrownBy(() -> this.registry.interProcessLock("keys", key));
			}
		}
		assertThat(locked).isGreaterThan(1_000);
		assertThat(everything()).isEqualTo(before);
		assertThat(this.temp.resolve("locks/keys")).isEmptyFile();
	}

	private List<Path> everything() throws IOException {
		try (Stream<Path> files = Files.walk(this.temp)) {
			return files.sorted().toList();
		}
	}

	@Test
	void keysThatLookAlikeAreDifferentLocks() {
		List<String> keys = List.of("a", "A", "\u0430", "\uff41", "a ", " a", "a\u0000", "a\u200b", "\u00e9", "e\u0301",
				"\u00c9", "\ufb01", "fi", "\u212b", "\u00c5", "A\u030a", "1", "01", "\u0661", "\ud83d\ude00", "");
		for (String held : keys) {
			try (LockHold hold = this.registry.interProcessLock("keys", held).acquire()) {
				for (String other : keys) {
					assertThat(Background.elsewhere(() -> mayTake(other))).as("'%s' while '%s' is held", other, held)
						.isEqualTo(!other.equals(held));
				}
			}
		}
	}

	private boolean mayTake(String key) {
		try (LockAttempt attempt = this.registry.interProcessReaderWriterLock("keys", key)
			.tryAcquire(LockMode.EXCLUSIVE)) {
			return attempt.isAcquired();
		}
	}

	/*
	 * Found by a search of 742 million keys: the first 59 bits of their SHA-256 agree.
	 */
	@Test
	void keysOfOneHashWaitForOneAnotherAndReenterAsOne() {
		String key = "07b1e620f0e34278";
		String other = "02a1e64504e2e261";
		assertThat(KeyRange.first(key)).isEqualTo(KeyRange.first(other));
		try (LockHold hold = this.registry.interProcessLock("keys", key).acquire()) {
			assertThat(Background.elsewhere(() -> mayTake(other))).isFalse();
			try (LockHold again = this.registry.interProcessLock("keys", other).acquire()) {
				assertThat(Background.elsewhere(() -> mayTake(key))).isFalse();
			}
			assertThat(Background.elsewhere(() -> mayTake(key))).isFalse();
		}
		assertThat(Background.elsewhere(() -> mayTake(key) && mayTake(other))).isTrue();
	}

	@Test
	void aVeryLongKeyIsAKeyAndItsMessagesAreShort() {
		String key = "\u001b[31m\n" + "k".repeat(10_000_000);
		LockRegistry impatient = LockRegistries.builder()
			.lockDirectory(this.temp.resolve("locks"))
			.defaultTimeout(Duration.ofMillis(1))
			.build();
		try (LockHold hold = this.registry.interProcessLock("keys", key).acquire()) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> impatient.interProcessLock("keys", key).acquire()))
				.satisfies((ex) -> assertThat(ex.getMessage()).matches("\\P{Cntrl}*").hasSizeLessThan(1000));
		}
	}

	@Test
	@SuppressWarnings("NullAway") // that is what is tested
	void nothingIsNoKeyAndNoPath() {
		List<Background.Action> uses = new ArrayList<>();
		uses.add(() -> this.registry.interProcessLock(null));
		uses.add(() -> this.registry.interProcessLock("keys", null));
		uses.add(() -> this.registry.interProcessReaderWriterLock(null, "key"));
		for (Background.Action use : uses) {
			assertThatNullPointerException().isThrownBy(use::run);
		}
	}

}
