package org.fasteners.process.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockState;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What a {@link LockedFile} promises within one JVM, with either protocol.
 */
@Timeout(60)
class LockedFileTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	@BeforeEach
	void resolve() throws IOException {
		this.directory = this.directory.toRealPath();
		this.file = Files.writeString(this.directory.resolve("data"), "content");
	}

	private LockedFile open(LockProtocol protocol, OpenOption... options) throws IOException {
		return open(this.file, protocol, options);
	}

	/** For reading and writing. */
	private static LockedFile open(Path path, LockProtocol protocol, OpenOption... options) throws IOException {
		List<OpenOption> all = new ArrayList<>(List.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
		all.addAll(Arrays.asList(options));
		return LockedFile.open(path, protocol, all.toArray(new OpenOption[0]));
	}

	private boolean isFree(LockProtocol protocol, OpenOption... options) throws IOException {
		List<OpenOption> all = new ArrayList<>(Arrays.asList(options));
		all.add(LockOption.NON_BLOCKING);
		try (LockedFile probe = open(protocol, all.toArray(new OpenOption[0]))) {
			return probe.isHeld();
		}
		catch (LockTimeoutException ex) {
			return false;
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void twoOfOneThreadExcludeEachOther(LockProtocol protocol) throws IOException {
		try (LockedFile first = open(protocol)) {
			assertThat(first.isHeld()).isTrue();
			assertThat(isFree(protocol)).isFalse();
			assertThat(isFree(protocol, LockOption.SHARED)).isFalse();
		}
		assertThat(isFree(protocol)).isTrue();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void thoseThatShareKeepWritersOutUntilTheLastOneLeaves(LockProtocol protocol) throws IOException {
		LockedFile first = open(protocol, LockOption.SHARED);
		LockedFile second = open(protocol, LockOption.SHARED);
		assertThat(isFree(protocol)).isFalse();
		first.close();
		assertThat(isFree(protocol)).isFalse();
		assertThat(second.isHeld()).isTrue();
		assertThat(isFree(protocol, LockOption.SHARED)).isTrue();
		second.close();
		assertThat(isFree(protocol)).isTrue();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	@WithKernelLocks
	void theKernelHasOneLockForAllThatShare(LockProtocol protocol) throws IOException {
		LockedFile first = open(protocol, LockOption.SHARED);
		LockedFile second = open(protocol, LockOption.SHARED);
		LockedFile third = open(protocol, LockOption.SHARED);
		first.close();
		third.release();
		assertThat(KernelLocks.holders(this.file, protocol)).singleElement()
			.satisfies((holder) -> assertThat(holder.mode()).isEqualTo(LockMode.SHARED));
		assertThat(second.verify()).isEqualTo(LockState.HELD);
		second.close();
		assertThat(KernelLocks.holders(this.file, protocol)).isEmpty();
		third.close();
	}

	@Test
	void aFileThatIsDeletedAgainAndAgainIsCreatedAgain() throws Exception {
		Path file = this.directory.resolve("deleted");
		AtomicBoolean over = new AtomicBoolean();
		Background<Boolean> deleter = Background.start(() -> {
			while (!over.get()) {
				Files.deleteIfExists(file);
			}
		});
		try {
			for (int i = 0; i < 2_000; i++) {
				LockedFile.open(file, WRITE, CREATE).close();
			}
		}
		finally {
			over.set(true);
		}
		deleter.result();
		LockedFile.open(file, WRITE, CREATE).close();
		assertThat(Descriptors.of(file.toRealPath())).isEmpty();
	}

	@Test
	void aFileThatIsReplacedByAFifoStopsThoseAloneWhoOpenIt() throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));
		Path other = Files.createFile(this.directory.resolve("other"));
		Path fifo = this.directory.resolve("fifo");
		assumeThat(Commands.succeeds("mkfifo", fifo.toString())).as("mkfifo").isTrue();
		AtomicBoolean over = new AtomicBoolean();
		Background<Boolean> swapper = Background.start(() -> {
			Path aside = this.directory.resolve("aside");
			while (!over.get()) {
				Files.move(file, aside);
				Files.move(fifo, file);
				Files.move(file, fifo);
				Files.move(aside, file);
			}
		});
		AtomicLong opens = new AtomicLong();
		Background<Boolean> reader = Background.start(() -> {
			while (!over.get()) {
				try {
					LockedFile.open(file, READ, LockOption.SHARED).close();
				}
				catch (FileSystemException ex) {
					// it is the FIFO just now, or nothing
				}
				opens.incrementAndGet();
			}
		});
		try {
			// until it opens the FIFO, which does not come back
			long before = -1;
			for (long now = opens.get(); now != before; now = opens.get()) {
				before = now;
				TimeUnit.MILLISECONDS.sleep(200);
			}
			Background.run(() -> {
				LockedFile.open(other, READ, LockOption.SHARED).close();
				LockedFile.open(other, WRITE).close();
				return true;
			}).result();
		}
		finally {
			over.set(true);
			swapper.result();
			while (!reader.isDone()) {
				try (FileChannel writer = FileChannel.open(fifo, READ, WRITE)) {
					assertThat(writer.isOpen()).isTrue();
				}
			}
		}
	}

	@Test
	void theProtocolsKnowNothingOfEachOther() throws IOException {
		try (LockedFile first = open(LockProtocol.FCNTL); LockedFile second = open(LockProtocol.FLOCK)) {
			assertThat(first.isHeld()).isTrue();
			assertThat(second.isHeld()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void anAliasOfTheFileIsTheSameFile(LockProtocol protocol) throws IOException {
		Path hard = Files.createLink(this.directory.resolve("hard"), this.file);
		Path soft = Files.createSymbolicLink(this.directory.resolve("soft"), this.file);
		try (LockedFile first = open(protocol)) {
			for (Path alias : List.of(hard, soft)) {
				assertThatExceptionOfType(LockTimeoutException.class)
					.isThrownBy(() -> open(alias, protocol, LockOption.NON_BLOCKING));
			}
		}
		open(soft, protocol).close();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aRefusedOpenTruncatesNothingAndNamesTheHolder(LockProtocol protocol) throws IOException {
		try (LockedFile holder = open(protocol, LockOption.SHARED)) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(protocol, StandardOpenOption.TRUNCATE_EXISTING, LockOption.NON_BLOCKING))
				.withMessageStartingWith("Could not lock '")
				.withMessageContaining("for writing at once; held for reading by a detached hold of thread '")
				.satisfies((ex) -> assertThat(ex.lockName()).isEqualTo(this.file.toString()));
			assertThat(this.file).hasContent("content");
		}
		try (LockedFile next = open(protocol, StandardOpenOption.TRUNCATE_EXISTING)) {
			assertThat(next.channel().size()).isZero();
			next.release();
			next.channel().write(ByteBuffer.wrap(new byte[1]));
			next.acquire();
			assertThat(next.channel().size()).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aFileThatShouldBeNewIsNotLocked(LockProtocol protocol) throws IOException {
		assertThatExceptionOfType(FileAlreadyExistsException.class)
			.isThrownBy(() -> open(protocol, StandardOpenOption.CREATE_NEW));
		assertThat(isFree(protocol)).isTrue();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void itCanBeReleasedAndAcquiredAgain(LockProtocol protocol) throws IOException {
		LockedFile first = open(protocol);
		first.release();
		first.release();
		assertThat(first.isHeld()).isFalse();
		assertThat(first.verify()).isEqualTo(LockState.NOT_HELD);
		assertThat(first).hasToString(String.format(Locale.ROOT, "LockedFile '%s' (not held)", this.file));
		LockedFile second = open(protocol);
		assertThat(first.tryAcquire(Duration.ZERO)).isFalse();
		assertThat(first.tryAcquire(Duration.ofMillis(20))).isFalse();
		second.close();
		first.acquire();
		first.acquire();
		assertThat(first.tryAcquire(Duration.ZERO)).isTrue();
		assertThat(isFree(protocol)).isFalse();
		assertThat(first).hasToString(String.format(Locale.ROOT, "LockedFile '%s' (held for writing)", this.file));
		first.close();
		first.close();
		first.release();
		assertThat(first.isHeld()).isFalse();
		assertThat(isFree(protocol)).isTrue();
	}

	/** What is held need not be waited for, whoever waits. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void toAcquireWhatIsHeldDoesNothingAlsoIfOthersWait(LockProtocol protocol) throws IOException {
		LockedFile holder = open(protocol);
		Background<Boolean> waiter = Background.start(() -> open(protocol).close()).awaitWaiting();
		holder.acquire();
		assertThat(holder.isHeld()).isTrue();
		holder.close();
		waiter.result();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void twoThreadsThatUseOneAreOneOwner(LockProtocol protocol) throws IOException {
		try (LockedFile holder = open(protocol); LockedFile used = openReleased(this.file, protocol)) {
			Background<Boolean> before = Background.start(() -> open(protocol).close()).awaitWaiting();
			Background<Boolean> waiter = Background.start(used::acquire).awaitWaiting();
			holder.release();
			before.result();
			waiter.result();
			used.acquire();
			Background.elsewhere(() -> used.tryAcquire(Duration.ZERO));
			assertThat(used.isHeld()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void whatIsClosedStaysClosed(LockProtocol protocol) throws IOException {
		LockedFile closed = open(protocol);
		closed.close();
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(closed::acquire);
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> closed.tryAcquire(Duration.ZERO));
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> closed.channel().size());
		assertThat(closed.verify()).isEqualTo(LockState.NOT_HELD);
		assertThat(isFree(protocol)).isTrue();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void closingEndsAWaitForTheSameFile(LockProtocol protocol) throws IOException {
		try (LockedFile holder = open(protocol)) {
			LockedFile waiting = openReleased(this.file, protocol);
			LockedFile behind = openReleased(this.file, protocol);
			Background<Boolean> first = Background.start(waiting::acquire).awaitWaiting();
			Background<Boolean> second = Background
				.start(() -> assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(behind::acquire))
				.awaitWaiting();
			behind.close();
			second.result();
			holder.release();
			first.result();
			waiting.close();
		}
	}

	/** Open, and not yet locked. */
	private static LockedFile openReleased(Path path, LockProtocol protocol) throws IOException {
		FileRequest request = FileRequest.of(protocol, StandardOpenOption.READ, StandardOpenOption.WRITE);
		return LockedFile.openOnly(path, request, null);
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aWaitEndsWhenTheHolderReleases(LockProtocol protocol) throws IOException {
		LockedFile holder = open(protocol);
		Background<Boolean> waiter = Background.start(() -> open(protocol).close()).awaitWaiting();
		holder.release();
		assertThat(waiter.result()).isTrue();
		holder.close();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aTimeoutIsNotEarlyAndLeavesNothing(LockProtocol protocol) throws IOException {
		try (LockedFile holder = open(protocol)) {
			int before = Descriptors.of(this.file).size();
			for (int millis : new int[] { 0, 1, 30 }) {
				long start = System.nanoTime();
				assertThatExceptionOfType(LockTimeoutException.class)
					.isThrownBy(() -> open(protocol, LockOption.timeout(Duration.ofMillis(millis))))
					.satisfies((ex) -> assertThat(ex.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(millis)));
				assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(Duration.ofMillis(millis).toNanos());
			}
			// at most the one that waits to be closed, which is used again
			assertThat(Descriptors.of(this.file)).hasSizeLessThanOrEqualTo(before + 1);
		}
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void anInterruptEndsAWaitAndLeavesNothing(LockProtocol protocol) throws IOException {
		try (LockedFile holder = open(protocol)) {
			Background<Boolean> waiter = Background.run(() -> {
				assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(() -> open(protocol));
				return Thread.currentThread().isInterrupted();
			}).awaitWaiting();
			waiter.thread().interrupt();
			assertThat(waiter.result()).isTrue();
			holder.release();
			assertThat(isFree(protocol)).isTrue();
			holder.acquire();
		}
		assertThat(Background.elsewhere(() -> {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(() -> open(protocol));
			return Thread.interrupted();
		})).isTrue();
		assertThat(isFree(protocol)).isTrue();
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	/**
	 * A plain FileChannel would be closed, and all locks of the process on the file gone.
	 */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	@WithKernelLocks
	void anInterruptedThreadReadsAndWritesWithoutLosingTheLock(LockProtocol protocol) throws IOException {
		try (LockedFile locked = open(protocol)) {
			assertThat(Background.elsewhere(() -> {
				Thread.currentThread().interrupt();
				locked.channel().write(ByteBuffer.wrap("C".getBytes(StandardCharsets.UTF_8)));
				locked.channel().read(ByteBuffer.allocate(3));
				locked.channel().size();
				locked.channel().force(true);
				locked.channel().truncate(4);
				return Thread.currentThread().isInterrupted();
			})).isTrue();
			assertThat(locked.channel().isOpen()).isTrue();
			assertThat(locked.verify()).isEqualTo(LockState.HELD);
		}
		assertThat(this.file).hasContent("Cont");
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void threadsExcludeOneAnotherAndNothingIsLost(LockProtocol protocol) throws IOException {
		int[] counter = new int[1];
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			boolean keeps = i % 2 == 0;
			threads.add(Background.start(() -> {
				LockedFile kept = keeps ? openReleased(this.file, protocol) : null;
				for (int round = 0; round < 200; round++) {
					LockedFile locked = (kept != null) ? kept : open(protocol);
					locked.acquire();
					int before = counter[0];
					Thread.yield();
					counter[0] = before + 1;
					if (kept != null) {
						locked.release();
					}
					else {
						locked.close();
					}
				}
				if (kept != null) {
					kept.close();
				}
			}));
		}
		threads.forEach(Background::result);
		assertThat(counter[0]).isEqualTo(1200);
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void readersAndWritersOfManyThreadsNeverMeet(LockProtocol protocol) throws IOException {
		int[] state = new int[2];
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			boolean writes = i < 2;
			threads.add(Background.start(() -> {
				for (int round = 0; round < 100; round++) {
					try (LockedFile locked = writes ? open(protocol) : open(protocol, LockOption.SHARED)) {
						assertThat(state[0]).isEqualTo(state[1]);
						if (writes) {
							state[0]++;
							Thread.yield();
							state[1]++;
						}
						assertThat(locked.isHeld()).isTrue();
					}
				}
			}));
		}
		threads.forEach(Background::result);
		assertThat(state[0]).isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void thoseWhoWaitGoInTurn(LockProtocol protocol) throws IOException {
		List<Integer> order = new ArrayList<>();
		List<Background<Boolean>> waiters = new ArrayList<>();
		try (LockedFile holder = open(protocol)) {
			for (int i = 0; i < 4; i++) {
				int number = i;
				waiters.add(Background.start(() -> {
					try (LockedFile locked = open(protocol)) {
						order.add(number);
						assertThat(locked.isHeld()).isTrue();
					}
				}).awaitInside("awaitNanos"));
			}
		}
		waiters.forEach(Background::result);
		assertThat(order).containsExactly(0, 1, 2, 3);
	}

	/** The one at the head waits for a writer to be, which a reader need not do. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aSingleAttemptIsNotRefusedBecauseSomebodyWaits(LockProtocol protocol) throws IOException {
		try (LockedFile reader = open(protocol, LockOption.SHARED)) {
			Background<Boolean> writer = Background.start(() -> open(protocol).close()).awaitWaiting();
			assertThat(isFree(protocol, LockOption.SHARED)).isTrue();
			Background<Boolean> timed = Background
				.start(() -> open(protocol, LockOption.SHARED, LockOption.timeout(Duration.ofMillis(20))).close());
			assertThat(timed.result()).isTrue();
			reader.release();
			writer.result();
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aFileThatWasReplacedWhileSomebodyWaitedIsNotTheOneThatIsLocked(LockProtocol protocol) throws IOException {
		try (LockedFile old = open(protocol)) {
			Background<String> waiter = Background.run(() -> {
				try (LockedFile locked = open(protocol)) {
					assertThat(isFree(protocol)).isFalse();
					ByteBuffer text = ByteBuffer.allocate(10);
					locked.channel().read(text);
					return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
				}
			}).awaitWaiting();
			Path other = Files.writeString(this.directory.resolve("other"), "other");
			Files.move(other, this.file, StandardCopyOption.ATOMIC_MOVE);
			assertThat(waiter.result()).isEqualTo("other");
			assertThat(old.isHeld()).isTrue();
			assertThat(old.verify()).isEqualTo(LockState.LOST);
			old.release();
			assertThatExceptionOfType(FileSystemException.class).isThrownBy(old::acquire)
				.withMessageContaining("the file was replaced or deleted after it had been opened");
			assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> old.tryAcquire(Duration.ZERO));
			assertThat(old.isHeld()).isFalse();
		}
	}

	/** Replaced between the opening and the first attempt. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aLockOfAFileThatIsNoLongerThereIsNotKept(LockProtocol protocol) throws IOException {
		try (LockedFile opened = openReleased(this.file, protocol)) {
			Files.move(this.file, this.directory.resolve("away"));
			assertThatExceptionOfType(FileSystemException.class).isThrownBy(opened::acquire);
			assertThat(opened.isHeld()).isFalse();
			open(this.directory.resolve("away"), protocol, LockOption.NON_BLOCKING).close();
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aFileThatIsDeletedIsCreatedAgainForWhoWantsThat(LockProtocol protocol) throws IOException {
		try (LockedFile old = open(protocol)) {
			Background<Boolean> creates = Background.start(() -> open(protocol, StandardOpenOption.CREATE).close())
				.awaitWaiting();
			Files.delete(this.file);
			assertThat(creates.result()).isTrue();
			assertThat(this.file).isEmptyFile();
			assertThat(old.verify()).isEqualTo(LockState.LOST);
			Files.delete(this.file);
			assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> open(protocol));
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	@WithKernelLocks
	void theLockIsSeenInTheKernel(LockProtocol protocol) throws IOException {
		for (OpenOption[] options : new OpenOption[][] { {}, { LockOption.SHARED } }) {
			try (LockedFile locked = open(protocol, options)) {
				assertThat(locked.verify()).isEqualTo(LockState.HELD);
			}
		}
		assertThat(KernelLocks.holders(this.file, protocol)).isEmpty();
	}

	@Test
	@WithKernelLocks
	void aLockThatOtherCodeHasTakenAwayIsLost() throws IOException {
		try (LockedFile locked = open(LockProtocol.FCNTL)) {
			assertThat(Files.readString(this.file)).isEqualTo("content");
			assertThat(locked.verify()).isEqualTo(LockState.LOST);
			locked.release();
			locked.acquire();
			assertThat(locked.verify()).isEqualTo(LockState.HELD);
		}
		try (LockedFile locked = open(LockProtocol.FLOCK)) {
			assertThat(Files.readString(this.file)).isEqualTo("content");
			assertThat(locked.verify()).isEqualTo(LockState.HELD);
		}
	}

	/** Of which protocol ever: to close a descriptor drops the record locks. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	@WithKernelLocks
	void toCloseOthersTakesNobodysLockAway(LockProtocol others) throws IOException {
		LockedFile holder = open(LockProtocol.FCNTL);
		for (int i = 0; i < 50; i++) {
			isFree(others);
			isFree(others, LockOption.SHARED);
			try (LockedFile opened = openReleased(this.file, others)) {
				opened.release();
			}
			assertThat(holder.verify()).isEqualTo(LockState.HELD);
		}
		// what waits to be closed does not pile up
		assertThat(Descriptors.of(this.file)).hasSizeLessThanOrEqualTo(4);
		LockedFile other = openReleased(this.file, others);
		holder.close();
		assertThat(Descriptors.of(this.file)).hasSizeLessThanOrEqualTo(2);
		other.close();
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	/**
	 * The kernel is asked about the path of the one that asks, not about the first one's.
	 */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	@WithKernelLocks
	void oneNameOfAFileMayGoWhileTheOtherOneIsLocked(LockProtocol protocol) throws IOException {
		Path alias = Files.createLink(this.directory.resolve("alias"), this.file);
		try (LockedFile first = open(alias, protocol, LockOption.SHARED);
				LockedFile second = open(protocol, LockOption.SHARED)) {
			Files.delete(alias);
			assertThat(first.verify()).isEqualTo(LockState.LOST);
			assertThat(second.verify()).isEqualTo(LockState.HELD);
		}
	}

	@Test
	@WithKernelLocks
	void theOneThatTookTheSharedLockMayLeaveFirst() throws IOException {
		LockedFile first = open(LockProtocol.FCNTL, LockOption.SHARED);
		LockedFile second = open(LockProtocol.FCNTL, LockOption.SHARED);
		first.close();
		assertThat(second.verify()).isEqualTo(LockState.HELD);
		assertThat(isFree(LockProtocol.FCNTL)).isFalse();
		second.close();
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@Test
	@WithKernelLocks
	void toCloseTheChannelAloneDoesNotReleaseTheLock() throws IOException {
		try (LockedFile locked = open(LockProtocol.FCNTL)) {
			locked.channel().close();
			assertThat(locked.verify()).isEqualTo(LockState.HELD);
			assertThat(isFree(LockProtocol.FCNTL)).isFalse();
			locked.release();
			assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(locked::acquire);
		}
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@Test
	void otherCodeOfThisJvmThatLocksTheFileIsContention() throws IOException {
		FileChannel foreign = FileChannel.open(this.file, StandardOpenOption.WRITE);
		FileLock lock = foreign.lock();
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> open(LockProtocol.FCNTL, LockOption.NON_BLOCKING))
			.withMessageContaining("held for writing by pid " + ProcessHandle.current().pid());
		assertThat(lock.isValid()).isTrue();
		lock.release();
		foreign.close();
		assertThat(isFree(LockProtocol.FCNTL)).isTrue();
	}

	@Test
	@WithKernelLocks
	void aLockFileOfThisLibraryIsExcludedAndNotHarmed() throws IOException {
		InterProcessLocks locks = new InterProcessLocks(new FileLockEngine(this.directory, LockDirectoryAccess.OWNER),
				null);
		try (LockHold hold = locks.get("lock").acquire(LockMode.EXCLUSIVE)) {
			Path lock = this.directory.resolve("lock");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(lock, LockProtocol.FCNTL, LockOption.NON_BLOCKING));
			open(lock, LockProtocol.FLOCK).close();
			assertThat(locks.get("lock").verify()).isEqualTo(LockState.HELD);
		}
		LockedFile locked = open(this.directory.resolve("lock"), LockProtocol.FCNTL);
		assertThat(locks.get("lock").tryAcquire(LockMode.SHARED).isAcquired()).isFalse();
		LockHold key = locks.get("other").acquire(LockMode.EXCLUSIVE);
		locked.close();
		assertThat(locks.get("other").verify()).isEqualTo(LockState.HELD);
		key.close();
		locks.get("lock").acquire(LockMode.EXCLUSIVE).close();
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void whatIsNoFileOrALinkThatIsNotWantedIsRefused(LockProtocol protocol) throws Exception {
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), this.file);
		assertThatExceptionOfType(FileSystemException.class)
			.isThrownBy(() -> open(link, protocol, LinkOption.NOFOLLOW_LINKS))
			.withMessageContaining("it is a symbolic link, which is not followed");
		Path dangling = Files.createSymbolicLink(this.directory.resolve("dangling"), this.directory.resolve("none"));
		assertThatExceptionOfType(FileSystemException.class)
			.isThrownBy(() -> open(dangling, protocol, StandardOpenOption.CREATE))
			.withMessageContaining("it is a symbolic link that leads to nothing");
		assertThat(this.directory.resolve("none")).doesNotExist();
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> open(this.directory, protocol))
			.withMessageContaining("it is not a regular file");
		Path pipe = this.directory.resolve("pipe");
		assumeThat(Commands.succeeds("mkfifo", pipe.toString())).isTrue();
		assertThatExceptionOfType(FileSystemException.class)
			.isThrownBy(() -> LockedFile.open(pipe, protocol, StandardOpenOption.WRITE))
			.withMessageContaining("it is not a regular file");
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aMissingFileIsCreatedOnRequestAlone(LockProtocol protocol) throws IOException {
		Path missing = this.directory.resolve("missing");
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> open(missing, protocol));
		try (LockedFile locked = open(missing, protocol, StandardOpenOption.CREATE_NEW)) {
			assertThat(locked.path()).isEqualTo(missing);
			assertThat(missing).isEmptyFile();
		}
		assertThatExceptionOfType(FileAlreadyExistsException.class)
			.isThrownBy(() -> open(missing, protocol, StandardOpenOption.CREATE_NEW));
		open(missing, protocol, StandardOpenOption.CREATE).close();
	}

	@Test
	void aRelativePathIsThatOfTheWorkingDirectory() throws IOException {
		Path relative = Path.of("").toAbsolutePath().relativize(this.file);
		try (LockedFile locked = LockedFile.open(relative, StandardOpenOption.WRITE)) {
			assertThat(locked.path()).isEqualTo(relative);
			assertThat(isFree(LockProtocol.FCNTL)).isFalse();
		}
	}

	@Test
	void withFlockAFileThatIsReadMayBeLockedExclusively() throws IOException {
		try (LockedFile locked = LockedFile.open(this.file, LockProtocol.FLOCK)) {
			assertThat(locked.isHeld()).isTrue();
			assertThat(isFree(LockProtocol.FLOCK, LockOption.SHARED)).isFalse();
		}
	}

	@Test
	void optionsThatCannotGoTogetherAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> LockedFile.open(this.file))
			.withMessageContaining("add StandardOpenOption.WRITE, or LockOption.SHARED");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> LockedFile.open(this.file, StandardOpenOption.WRITE, LockOption.SHARED))
			.withMessageContaining("add StandardOpenOption.READ");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> open(LockProtocol.FLOCK, StandardOpenOption.TRUNCATE_EXISTING, LockOption.SHARED))
			.withMessageContaining("leave out TRUNCATE_EXISTING or LockOption.SHARED");
		assertThatIllegalArgumentException().isThrownBy(
				() -> open(LockProtocol.FCNTL, StandardOpenOption.APPEND, StandardOpenOption.TRUNCATE_EXISTING));
		assertThatIllegalArgumentException().isThrownBy(() -> open(LockProtocol.FCNTL,
				LockOption.timeout(Duration.ZERO), LockOption.timeout(Duration.ofSeconds(1))));
		assertThatIllegalArgumentException().isThrownBy(() -> LockOption.timeout(Duration.ofMillis(-1)))
			.withMessage("A timeout is zero or more, not PT-0.001S");
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> open(LockProtocol.FCNTL, StandardOpenOption.DELETE_ON_CLOSE))
			.withMessageContaining("would get the lock of nothing");
		assertThat(this.file).hasContent("content");
	}

	@Test
	void anAttemptWithANegativeTimeoutIsRefused() throws IOException {
		try (LockedFile locked = open(LockProtocol.FCNTL)) {
			assertThatIllegalArgumentException().isThrownBy(() -> locked.tryAcquire(Duration.ofMillis(-1)));
		}
	}

	@Test
	@WithKernelLocks
	void aFileThatIsOpenAlreadyIsLocked() throws IOException {
		FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ, StandardOpenOption.WRITE);
		LockedFile locked = LockedFile.lock(channel, this.file);
		assertThat(locked.channel()).isSameAs(channel);
		assertThat(locked.verify()).isEqualTo(LockState.HELD);
		assertThat(isFree(LockProtocol.FCNTL)).isFalse();
		assertThat(locked.verify()).isEqualTo(LockState.HELD);
		locked.release();
		assertThat(isFree(LockProtocol.FCNTL)).isTrue();
		locked.acquire();
		locked.close();
		assertThat(channel.isOpen()).isTrue();
		assertThat(isFree(LockProtocol.FCNTL)).isTrue();
		channel.close();
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@Test
	void aLockThatGoesWithItsChannelIsLost() throws IOException {
		FileChannel channel = FileChannel.open(this.file, StandardOpenOption.WRITE);
		try (LockedFile locked = LockedFile.lock(channel, this.file)) {
			channel.close();
			assertThat(locked.isHeld()).isTrue();
			assertThat(locked.verify()).isEqualTo(LockState.LOST);
		}
		assertThat(isFree(LockProtocol.FCNTL)).isTrue();
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@Test
	void anInterruptWhileTheChannelIsReadLosesTheLockAndThatIsShown() throws IOException {
		FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ);
		try (LockedFile locked = LockedFile.lock(channel, this.file, LockOption.SHARED)) {
			Background.elsewhere(() -> {
				Thread.currentThread().interrupt();
				assertThatExceptionOfType(ClosedChannelException.class)
					.isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
				return true;
			});
			assertThat(locked.verify()).isEqualTo(LockState.LOST);
		}
	}

	@Test
	void aChannelOfAnotherFileIsRefused() throws IOException {
		Path other = Files.writeString(this.directory.resolve("other"), "");
		try (FileChannel channel = FileChannel.open(other, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			assertThatIllegalArgumentException().isThrownBy(() -> LockedFile.lock(channel, this.file))
				.withMessage("The channel is not one of the file " + this.file);
			try (LockedFile sharing = open(LockProtocol.FCNTL, LockOption.SHARED)) {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> LockedFile.lock(channel, this.file, LockOption.SHARED));
				assertThat(sharing.verify()).isNotEqualTo(LockState.LOST);
			}
			assertThat(isFree(LockProtocol.FCNTL)).isTrue();
			open(other, LockProtocol.FCNTL, LockOption.NON_BLOCKING).close();
		}
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@Test
	void aChannelThatIsNotOpenForWhatTheLockNeedsIsRefused() throws IOException {
		try (FileChannel reads = FileChannel.open(this.file);
				FileChannel writes = FileChannel.open(this.file, StandardOpenOption.WRITE)) {
			assertThatIllegalArgumentException().isThrownBy(() -> LockedFile.lock(reads, this.file))
				.withMessageContaining("The channel is not open for writing");
			assertThatIllegalArgumentException().isThrownBy(() -> LockedFile.lock(writes, this.file, LockOption.SHARED))
				.withMessageContaining("The channel is not open for reading");
		}
		try (LockedFile locked = open(LockProtocol.FLOCK)) {
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> LockedFile.lock(locked.channel(), this.file))
				.withMessageContaining("see acquire() and release()");
			assertThat(locked.isHeld()).isTrue();
		}
		assertThat(isFree(LockProtocol.FCNTL)).isTrue();
	}

	@Test
	void whoSharesALockOfAForeignChannelIsOneOfAll() throws IOException {
		try (FileChannel channel = FileChannel.open(this.file)) {
			LockedFile first = open(LockProtocol.FCNTL, LockOption.SHARED);
			LockedFile second = LockedFile.lock(channel, this.file, LockOption.SHARED);
			first.close();
			assertThat(second.verify()).isNotEqualTo(LockState.LOST);
			assertThat(isFree(LockProtocol.FCNTL)).isFalse();
			second.close();
		}
		assertThat(isFree(LockProtocol.FCNTL)).isTrue();
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@Test
	void holdersOfOtherProcessesAreNamedBesideThoseOfThisOne() throws IOException {
		try (LockedFile locked = open(LockProtocol.FLOCK, LockOption.SHARED)) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(LockProtocol.FLOCK, LockOption.NON_BLOCKING))
				.satisfies((ex) -> assertThat(ex.holders()).singleElement()
					.extracting(LockHolder::mode)
					.isEqualTo(LockMode.SHARED));
			assertThat(locked.isHeld()).isTrue();
		}
	}

}
