package org.fasteners.process.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import org.fasteners.LockTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The cases that flockcontext 0.4.0 tests, each by the name that it has there, with both
 * protocols. What is an error by name in Python, of a busy file and of a timeout, is a
 * {@link LockTimeoutException} here that says how long was waited.
 */
@Timeout(60)
class UpstreamFlockTests {

	private static final Duration SHORT = Duration.ofMillis(50);

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	@BeforeEach
	void create() throws IOException {
		this.file = Files.createFile(this.directory.resolve("file"));
	}

	private LockedFile open(LockProtocol protocol, LockOption... options) throws IOException {
		StandardOpenOption write = StandardOpenOption.WRITE;
		return switch (options.length) {
			case 0 -> LockedFile.open(this.file, protocol, write);
			case 1 -> LockedFile.open(this.file, protocol, write, options[0]);
			default -> LockedFile.open(this.file, protocol, write, options[0], options[1]);
		};
	}

	private boolean isLocked(LockProtocol protocol) throws IOException {
		try (LockedFile other = open(protocol, LockOption.NON_BLOCKING)) {
			return !other.isHeld();
		}
		catch (LockTimeoutException ex) {
			return true;
		}
	}

	/** test_file_is_locked_within_context. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void fileIsLockedWithinContext(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			assertThat(locked.isHeld()).isTrue();
			assertThat(isLocked(protocol)).isTrue();
		}
	}

	/** test_file_is_unlocked_after_context. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void fileIsUnlockedAfterContext(LockProtocol protocol) throws IOException {
		open(protocol).close();
		assertThat(isLocked(protocol)).isFalse();
	}

	/** test_non_blocking_does_not_wait_for_lock. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void nonBlockingDoesNotWaitForLock(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(protocol, LockOption.NON_BLOCKING))
				.withMessageContaining("at once");
			assertThat(locked.isHeld()).isTrue();
		}
	}

	/** test_it_can_be_released_within_context. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void itCanBeReleasedWithinContext(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			locked.release();
			assertThat(isLocked(protocol)).isFalse();
		}
		assertThat(isLocked(protocol)).isFalse();
	}

	/** test_it_can_be_acquired_within_context. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void itCanBeAcquiredWithinContext(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			locked.release();
			assertThat(isLocked(protocol)).isFalse();
			locked.acquire();
			assertThat(isLocked(protocol)).isTrue();
		}
		assertThat(isLocked(protocol)).isFalse();
	}

	/** test_it_raise_timeouterror_if_timeout_is_reached. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void itRaisesTimeoutErrorIfTimeoutIsReached(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(protocol, LockOption.timeout(SHORT)))
				.withMessageContaining("within 50ms")
				.satisfies((ex) -> assertThat(ex.waited()).isGreaterThanOrEqualTo(SHORT));
			assertThat(locked.isHeld()).isTrue();
		}
	}

	/** test_timeout_is_ignored_when_not_blocking. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void timeoutIsIgnoredWhenNotBlocking(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(protocol, LockOption.NON_BLOCKING, LockOption.timeout(Duration.ofDays(1))))
				.withMessageContaining("at once");
			assertThat(locked.isHeld()).isTrue();
		}
	}

	/** test_it_as_a_file_descriptor_object. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void itHasAFileDescriptorObject(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			locked.channel().write(ByteBuffer.wrap("text".getBytes(StandardCharsets.UTF_8)));
		}
		assertThat(this.file).hasContent("text");
	}

	/** test_it_can_be_unlocked_within_context. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void itCanBeUnlockedWithinContext(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			locked.release();
			assertThat(isLocked(protocol)).isFalse();
			locked.channel().write(ByteBuffer.wrap(new byte[1]));
		}
		assertThat(this.file).hasSize(1);
	}

	/** test_it_can_be_acquired_within_context, of a file that is opened by it. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aFileThatItOpenedCanBeAcquiredWithinContext(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			locked.release();
			assertThat(locked.tryAcquire(SHORT)).isTrue();
			assertThat(isLocked(protocol)).isTrue();
		}
	}

}
