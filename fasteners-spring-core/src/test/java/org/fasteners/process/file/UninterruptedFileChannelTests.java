package org.fasteners.process.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.fasteners.Background;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The channel of a {@link LockedFile} does what a {@link FileChannel} does.
 */
@Timeout(60)
class UninterruptedFileChannelTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	@BeforeEach
	void create() throws IOException {
		this.file = Files.writeString(this.directory.resolve("data"), "0123456789");
	}

	private LockedFile open(OpenOption... options) throws IOException {
		return LockedFile.open(this.file, LockProtocol.FLOCK, options);
	}

	private static ByteBuffer bytes(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
	}

	/** The same at random, with the channel of the JDK on another file. */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void itDoesWhatTheChannelOfTheJdkDoes(long seed) throws IOException {
		Path twin = Files.copy(this.file, this.directory.resolve("twin"));
		Random random = new Random(seed);
		try (LockedFile locked = open(StandardOpenOption.READ, StandardOpenOption.WRITE);
				FileChannel expected = FileChannel.open(twin, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			for (int i = 0; i < 300; i++) {
				int operation = random.nextInt(12);
				long place = random.nextInt(40);
				int count = random.nextInt(20);
				long numbers = random.nextLong();
				assertThat(perform(locked.channel(), operation, place, count, numbers)).as("operation %d", operation)
					.isEqualTo(perform(expected, operation, place, count, numbers));
				assertThat(locked.channel().position()).isEqualTo(expected.position());
				assertThat(locked.channel().size()).isEqualTo(expected.size());
			}
		}
		assertThat(this.file).hasSameBinaryContentAs(twin);
	}

	private static List<Object> perform(FileChannel channel, int operation, long place, int count, long numbers)
			throws IOException {
		byte[] content = new byte[count];
		new Random(numbers).nextBytes(content);
		ByteBuffer buffer = ByteBuffer.wrap(content);
		ByteBuffer[] buffers = { ByteBuffer.allocate(3), ByteBuffer.wrap(content), ByteBuffer.allocate(2) };
		ByteArrayOutputStream sink = new ByteArrayOutputStream();
		List<Object> result = new ArrayList<>();
		switch (operation) {
			case 0, 1 -> result.add(channel.read(buffer));
			case 2, 3 -> result.add(channel.write(buffer));
			case 4 -> result.add(channel.read(buffer, place));
			case 5 -> result.add(channel.write(buffer, place));
			case 6 -> result.add(channel.read(buffers, 1, 2));
			case 7 -> result.add(channel.write(buffers));
			case 8 -> channel.position(place);
			case 9 -> channel.truncate(place);
			case 10 -> result.add(channel.transferTo(place, count, Channels.newChannel(sink)));
			// further on, versions of the JDK differ
			default -> result.add(channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(content)),
					Math.min(place, channel.size()), count));
		}
		result.add(buffer.position());
		result.add(ByteBuffer.wrap(content));
		result.add(ByteBuffer.wrap(sink.toByteArray()));
		return result;
	}

	/**
	 * What the JDK is asked to do is done when the call returns: nobody waits for
	 * threads.
	 */
	@Test
	void theIoIsDoneByTheCaller() throws IOException {
		try (LockedFile locked = open(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			for (int i = 0; i < 1000; i++) {
				assertThat(locked.io().read(ByteBuffer.allocate(5), i % 7)).isDone();
				assertThat(locked.io().write(bytes("a"), i)).isDone();
			}
		}
	}

	@Test
	void whatIsAppendedGoesToTheEnd() throws IOException {
		try (LockedFile locked = open(StandardOpenOption.APPEND, StandardOpenOption.READ)) {
			FileChannel channel = locked.channel();
			assertThat(channel.position()).isZero();
			channel.write(bytes("a"));
			assertThat(channel.position()).isEqualTo(11);
			Files.writeString(this.file, "bc", StandardOpenOption.APPEND);
			channel.position(0).write(new ByteBuffer[] { bytes("d"), bytes("e") });
			channel.write(bytes("f"), 3);
			assertThat(this.file).hasContent("0123456789abcdef");
			assertThatIllegalArgumentException().isThrownBy(() -> channel.write(bytes("f"), -1));
		}
		try (LockedFile locked = open(StandardOpenOption.APPEND)) {
			assertThatExceptionOfType(NonReadableChannelException.class)
				.isThrownBy(() -> locked.channel().read(ByteBuffer.allocate(1)));
		}
	}

	@Test
	void streamsCanBeMadeOfIt() throws IOException {
		try (LockedFile locked = open(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			assertThat(Channels.newInputStream(locked.channel()).readAllBytes()).hasSize(10);
			try (OutputStream stream = Channels.newOutputStream(locked.channel())) {
				stream.write('a');
			}
			assertThat(locked.isHeld()).isTrue();
		}
		assertThat(this.file).hasContent("0123456789a");
	}

	@Test
	void aTargetThatTakesLessLosesNothing() throws IOException {
		StringBuilder taken = new StringBuilder();
		WritableByteChannel slow = new WritableByteChannel() {
			@Override
			public int write(ByteBuffer source) {
				taken.append((char) source.get());
				return 1;
			}

			@Override
			public boolean isOpen() {
				return true;
			}

			@Override
			public void close() {
			}
		};
		try (LockedFile locked = open()) {
			long from = 2;
			while (from < 10) {
				from += locked.channel().transferTo(from, 10, slow);
			}
		}
		assertThat(taken).hasToString("23456789");
	}

	@Test
	void muchIsTransferred() throws IOException {
		byte[] content = new byte[300_000];
		new Random(1).nextBytes(content);
		try (LockedFile locked = open(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			FileChannel channel = locked.channel();
			assertThat(channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(content)), 0, 1_000_000))
				.isEqualTo(content.length);
			ByteArrayOutputStream sink = new ByteArrayOutputStream();
			assertThat(channel.transferTo(0, 1_000_000, Channels.newChannel(sink))).isEqualTo(content.length);
			assertThat(sink.toByteArray()).isEqualTo(content);
		}
		assertThat(this.file).hasBinaryContent(content);
	}

	@Test
	void theFileGrowsToWhereATransferBegins() throws IOException {
		try (LockedFile locked = open(StandardOpenOption.WRITE)) {
			FileChannel channel = locked.channel();
			assertThat(channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[2])), 20, 5))
				.isEqualTo(2);
			assertThat(channel.size()).isEqualTo(22);
		}
	}

	@Test
	void whatItIsNotOpenForIsRefused() throws IOException {
		try (LockedFile locked = open()) {
			FileChannel channel = locked.channel();
			assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.write(bytes("a")));
			assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.truncate(0));
			assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(
					() -> channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[0])), 0, 0));
		}
		try (LockedFile locked = open(StandardOpenOption.WRITE)) {
			FileChannel channel = locked.channel();
			assertThatExceptionOfType(NonReadableChannelException.class)
				.isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
			assertThatExceptionOfType(NonReadableChannelException.class)
				.isThrownBy(() -> channel.transferTo(0, 1, Channels.newChannel(new ByteArrayOutputStream())));
			assertThatIllegalArgumentException().isThrownBy(() -> channel.position(-1));
			assertThatIllegalArgumentException().isThrownBy(() -> channel.truncate(-1));
			assertThatIllegalArgumentException().isThrownBy(() -> channel.write(bytes("a"), -1));
			assertThatIllegalArgumentException().isThrownBy(
					() -> channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[0])), 0, -1));
			assertThatExceptionOfType(IndexOutOfBoundsException.class)
				.isThrownBy(() -> channel.write(new ByteBuffer[1], 0, 2));
		}
	}

	@Test
	void itCanBeNeitherMappedNorLocked() throws IOException {
		try (LockedFile locked = open()) {
			FileChannel channel = locked.channel();
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> channel.map(MapMode.READ_ONLY, 0, 1))
				.withMessageContaining("cannot be mapped");
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(channel::lock)
				.withMessageContaining("see acquire() and release()");
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(channel::tryLock);
		}
	}

	@Test
	void nothingCanBeDoneWithItOnceItIsClosed() throws IOException {
		LockedFile locked = open(StandardOpenOption.READ, StandardOpenOption.WRITE);
		FileChannel channel = locked.channel();
		channel.close();
		channel.close();
		List<Background.Action> actions = List.of(() -> channel.read(ByteBuffer.allocate(1)),
				() -> channel.write(bytes("a")), () -> channel.read(ByteBuffer.allocate(1), 0),
				() -> channel.write(bytes("a"), 0), channel::size, channel::position, () -> channel.position(1),
				() -> channel.truncate(1), () -> channel.force(true),
				() -> channel.transferTo(0, 1, Channels.newChannel(new ByteArrayOutputStream())));
		for (Background.Action action : actions) {
			assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(action::run);
		}
		locked.close();
	}

}
