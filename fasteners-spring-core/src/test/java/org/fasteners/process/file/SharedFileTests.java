package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import org.fasteners.Background;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Descriptors are closed when no record lock is lost by that.
 */
@Timeout(60)
class SharedFileTests {

	/** On a device of its own. */
	private final String identity = "(dev=" + Long.toHexString(UUID.randomUUID().getMostSignificantBits()) + ",ino=1)";

	private final SharedDevice device = SharedDevice.of(this.identity);

	private final List<String> closed = new ArrayList<>();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	private Closeable file(String name) {
		return new Named(name);
	}

	@AfterEach
	void nothingIsLeftInTheTable() {
		assertThat(this.device.files()).isEmpty();
	}

	private SharedFile enter() throws IOException {
		return SharedFile.enter(this.identity);
	}

	private void close(Closeable descriptor) throws IOException {
		SharedFile.close(this.identity, descriptor);
	}

	@Test
	void withoutALockAFileIsClosedAtOnce() throws IOException {
		close(file("a"));
		assertThat(this.closed).containsExactly("a");
	}

	@Test
	void allAreClosedWhenTheLastLockHasGone() throws IOException {
		SharedFile one = enter();
		SharedFile other = enter();
		close(file("a"));
		one.exit();
		close(file("b"));
		assertThat(this.closed).isEmpty();
		other.exit();
		assertThat(this.closed).containsExactly("a", "b");
	}

	@Test
	void locksOfOtherFilesDoNotMatter() throws IOException {
		SharedFile other = SharedFile.enter(UUID.randomUUID());
		close(file("a"));
		assertThat(this.closed).containsExactly("a");
		other.exit();
	}

	@Test
	void whatWaitsToBeClosedIsTakenBackOnce() throws IOException {
		SharedFile entered = enter();
		Closeable a = file("a");
		close(a);
		close(() -> this.closed.add("another type"));
		SharedFile file = SharedFile.lock(this.identity);
		assertThat(file.reopen(Named.class, (named) -> !named.name.equals("a"))).isNull();
		assertThat(file.reopen(Named.class, (named) -> true)).isSameAs(a);
		assertThat(file.reopen(Named.class, (named) -> true)).isNull();
		file.unlock();
		entered.exit();
		assertThat(this.closed).containsExactly("another type");
	}

	@Test
	void oneThatCannotBeClosedDoesNotKeepTheOthersOpen() throws IOException {
		SharedFile entered = enter();
		for (String name : List.of("a", "b")) {
			close(() -> {
				throw new IOException(name);
			});
			close(file(name));
		}
		assertThatExceptionOfType(IOException.class).isThrownBy(entered::exit)
			.withMessage("b")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.satisfies((other) -> assertThat(other).hasMessage("a")));
		assertThat(this.closed).containsExactly("a", "b");
	}

	@Test
	void aFailureOfAnotherKindLosesNothing() throws IOException {
		SharedFile entered = enter();
		close(() -> {
			throw new IllegalStateException("planned");
		});
		close(file("a"));
		assertThatIllegalStateException().isThrownBy(entered::exit).withMessage("planned");
		close(file("b"));
		assertThat(this.closed).containsExactly("a", "b");
	}

	@Test
	void aReleaseTooManyIsAnErrorAndLeavesTheCountAsItIs() throws IOException {
		SharedFile file = SharedFile.lock(this.identity);
		file.closeLater(file("a"));
		assertThatIllegalStateException().isThrownBy(file::exit);
		assertThat(file.enter()).isTrue();
		file.unlock();
		assertThat(this.closed).isEmpty();
		file.exit();
		assertThat(this.closed).containsExactly("a");
	}

	@Test
	void aFileThatWasRetiredIsNeverEnteredAgain() throws IOException {
		SharedFile old = enter();
		old.exit();
		assertThat(old.enter()).isFalse();
		SharedFile next = enter();
		assertThat(old.enter()).isFalse();
		next.exit();
	}

	@Test
	void nothingIsEnteredWhileADescriptorIsBeingClosed() throws Exception {
		this.device.join();
		SharedFile file = SharedFile.lock(this.identity);
		file.setChannel(channel());
		file.unlock();
		CountDownLatch closing = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		Background<Boolean> closer = Background.run(() -> {
			close(() -> {
				closing.countDown();
				Background.until(() -> goOn.getCount() == 0);
			});
			return true;
		});
		Background.until(() -> closing.getCount() == 0);
		assertThat(file.enter()).as("while a descriptor is being closed").isFalse();
		Background<SharedFile> other = Background.run(this::enter).awaitWaiting();
		goOn.countDown();
		closer.result();
		assertThat(file.enter()).as("the channel is still open").isTrue();
		file.exit();
		other.result().exit();
		this.device.leave();
	}

	@Test
	void aReleaseDoesNotWaitForTheMutex() throws Exception {
		SharedFile entered = enter();
		close(file("a"));
		SharedFile locked = SharedFile.lock(this.identity);
		Background.run(() -> {
			entered.exit();
			return true;
		}).result();
		assertThat(this.closed).isEmpty();
		locked.unlock();
		assertThat(this.closed).containsExactly("a");
	}

	@Test
	void anIdleChannelStaysOpenUntilTheLastEngineIsClosed() throws IOException {
		AsynchronousFileChannel channel = channel();
		this.device.join();
		this.device.join();
		SharedFile file = SharedFile.lock(this.identity);
		file.setChannel(channel);
		assertThat(file.enter()).isTrue();
		file.unlock();
		file.exit();
		this.device.leave();
		assertThat(channel.isOpen()).isTrue();
		assertThat(file.enter()).isTrue();
		this.device.leave();
		assertThat(channel.isOpen()).as("it is in use").isTrue();
		file.exit();
		assertThat(channel.isOpen()).isFalse();
		assertThat(file.enter()).isFalse();
	}

	@Test
	void whatWaitsIsClosedAlthoughTheFileHasAChannelThatStaysOpen() throws IOException {
		AsynchronousFileChannel channel = channel();
		this.device.join();
		SharedFile file = SharedFile.lock(this.identity);
		file.setChannel(channel);
		file.unlock();
		close(file("a"));
		assertThat(this.closed).containsExactly("a");
		assertThat(channel.isOpen()).isTrue();
		this.device.leave();
		assertThat(channel.isOpen()).isFalse();
	}

	private AsynchronousFileChannel channel() throws IOException {
		return AsynchronousFileChannel.open(this.temp.resolve("file"), StandardOpenOption.READ,
				StandardOpenOption.WRITE, StandardOpenOption.CREATE);
	}

	private final class Named implements Closeable {

		private final String name;

		Named(String name) {
			this.name = name;
		}

		@Override
		public void close() {
			SharedFileTests.this.closed.add(this.name);
		}

	}

}
