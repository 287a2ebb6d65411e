package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.ExclusiveLock;
import org.fasteners.LockEngineException;
import org.fasteners.LockException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockState;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link FileLockEngine}: paths, files and what may happen to them.
 */
@Timeout(60)
class FileLockEngineTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private InterProcessLocks locks;

	@BeforeEach
	void open() throws IOException {
		this.temp = this.temp.toRealPath();
		this.directory = this.temp.resolve("var/locks");
		this.locks = open(this.directory);
	}

	private static InterProcessLocks open(Path directory) {
		return new InterProcessLocks(new FileLockEngine(directory, LockDirectoryAccess.OWNER), null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "../x", "a/../b", "a/..", "./a", "a//b", "/", "a/", ".hidden", "a/.hidden",
			"/etc/passwd", "a\\b", "..\\x", "C:\\x", "~", "%2e%2e", "a b", "a\nb", "a\u0000b", "\u00e9", "a*", "a:b",
			"\ud800" })
	void illegalPathsAreRefusedAndNothingIsTouched(String path) throws IOException {
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> this.locks.get(path))
			.satisfies((ex) -> assertThat(ex.lockName()).isEqualTo(path))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(this.temp.toString()));
		assertThat(filesBelow(this.temp)).isEmpty();
	}

	@Test
	void aPathHasNoSegmentThatNoFileSystemTakes() {
		String longest = "x".repeat(200);
		assertThat(this.locks.get(longest).name()).isEqualTo(longest);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> this.locks.get(longest + "x"));
	}

	@Test
	void anAbsolutePathBelowTheDirectoryIsTheSameLock() throws IOException {
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), this.directory);
		try (LockHold hold = this.locks.get("shows/hamlet").writeLock().acquire()) {
			for (String path : List.of(this.directory + "/shows/hamlet", this.directory + "/shows/../shows/./hamlet")) {
				InterProcessReaderWriterLock same = this.locks.get(path);
				assertThat(same.path()).isEqualTo("shows/hamlet");
				assertThat(same.writeLock().isHeldByCurrentOwner()).isTrue();
			}
			assertThat(open(link).get(link + "/shows/hamlet").writeLock().isHeldByCurrentOwner()).isTrue();
			assertThat(open(this.directory.resolve("shows")).get("hamlet").writeLock().isHeldByCurrentOwner()).isTrue();
		}
		assertThatExceptionOfType(LockPathException.class)
			.isThrownBy(() -> this.locks.get(this.directory + "/../elsewhere"));
	}

	@Test
	void aSymbolicLinkWithinTheDirectoryLeadsToTheSameLock() throws IOException {
		this.locks.get("real/x");
		Files.createSymbolicLink(this.directory.resolve("alias"), Path.of("real"));
		try (LockHold hold = this.locks.get("real/x").writeLock().acquire()) {
			assertThat(this.locks.get("alias/x").writeLock().isHeldByCurrentOwner()).isTrue();
		}
	}

	@Test
	void aSymbolicLinkThatLeadsOutIsRefused() throws IOException {
		Path outside = Files.createDirectory(this.temp.resolve("outside"));
		Files.createSymbolicLink(this.directory.resolve("out"), outside);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> this.locks.get("out/x"))
			.withMessageContaining("leads out of the lock directory");
		assertThat(filesBelow(outside)).isEmpty();
	}

	@Test
	void aSymbolicLinkInPlaceOfTheFileIsRefusedAndItsTargetUntouched() throws IOException {
		Path target = this.temp.resolve("target");
		Files.createSymbolicLink(this.directory.resolve("dangling"), target);
		Path victim = Files.writeString(this.temp.resolve("victim"), "precious");
		FileTime before = Files.getLastModifiedTime(victim);
		Files.createSymbolicLink(this.directory.resolve("planted"), victim);
		for (String path : List.of("dangling", "planted")) {
			ExclusiveLock lock = this.locks.get(path).writeLock();
			assertThatExceptionOfType(LockPathException.class).isThrownBy(lock::acquire)
				.withMessageContaining("symbolic link");
			assertThat(lock.isHeld()).isFalse();
		}
		assertThat(target).doesNotExist();
		assertThat(victim).hasContent("precious");
		assertThat(Files.getLastModifiedTime(victim)).isEqualTo(before);
	}

	@Test
	void aSecondHardLinkIsRefused() throws IOException {
		Path file = Files.createFile(this.directory.resolve("one"));
		Files.createLink(this.directory.resolve("two"), file);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> this.locks.get("one").writeLock().acquire())
			.withMessageContaining("hard links");
	}

	@Test
	void whatIsNoRegularFileIsRefusedAndDoesNotHang() throws Exception {
		Files.createDirectory(this.directory.resolve("dir"));
		Process mkfifo = new ProcessBuilder("mkfifo", this.directory.resolve("fifo").toString()).start();
		assertThat(mkfifo.waitFor()).isZero();
		for (String path : List.of("dir", "fifo")) {
			assertThatExceptionOfType(LockPathException.class)
				.isThrownBy(() -> this.locks.get(path).writeLock().acquire())
				.withMessageContaining("not a regular file");
		}
	}

	@Test
	void aFileInPlaceOfADirectoryIsAnErrorOfThePath() throws IOException {
		Files.createFile(this.directory.resolve("file"));
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> this.locks.get("file/x"));
	}

	@Test
	void lockFilesAreEmptyPrivateAndStay() throws IOException {
		Path file = this.directory.resolve("shows/hamlet");
		InterProcessReaderWriterLock lock = this.locks.get("shows/hamlet");
		assertThat(lock.exists()).isFalse();
		lock.acquire(LockMode.EXCLUSIVE).close();
		assertThat(lock.exists()).isTrue();
		assertThat(lock.writeLock().exists()).isTrue();
		assertThat(file).isEmptyFile();
		assertThat(mode(file)).isEqualTo("rw-------");
		assertThat(mode(this.directory)).isEqualTo("rwx------");
		assertThat(mode(this.directory.resolve("shows"))).isEqualTo("rwx------");
	}

	@Test
	void existingContentIsLeftAlone() throws IOException {
		Path file = Files.writeString(this.directory.resolve("pid"), "4242");
		FileTime before = Files.getLastModifiedTime(file);
		try (LockHold hold = this.locks.get("pid").writeLock().acquire()) {
			assertThat(Files.size(file)).isEqualTo(4);
		}
		assertThat(file).hasContent("4242");
		assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
	}

	@Test
	void aReleaseLeavesTheOtherLocksOfTheFileAlone() {
		Path file = this.directory.resolve("a");
		long first = KeyRange.first("held");
		try (LockHold hold = this.locks.get("a", "held").acquire(LockMode.EXCLUSIVE)) {
			this.locks.get("a", "other").acquire(LockMode.EXCLUSIVE).close();
			this.locks.get("a").acquire(LockMode.EXCLUSIVE).close();
			assertThat(KernelLocks.holders(file, first, first + 2)).hasSize(1);
			assertThat(kernelHolders("a")).isZero();
		}
	}

	@Test
	void anInterruptDoesNotCloseTheChannelForOthers() throws Exception {
		InterProcessReaderWriterLock lock = this.locks.get("a");
		LockHold hold = lock.acquire(LockMode.SHARED);
		for (int i = 0; i < 50; i++) {
			Background<Boolean> waiter = Background.run(() -> {
				Thread.currentThread().interrupt();
				lock.readLock().lock();
				lock.readLock().unlock();
				return Thread.interrupted();
			});
			assertThat(waiter.result()).isTrue();
		}
		assertThat(kernelHolders("a")).isEqualTo(1);
		hold.close();
		assertThat(kernelHolders("a")).isZero();
	}

	@Test
	void foreignCodeThatLocksTheFileInThisJvmIsContention() throws IOException {
		this.locks.get("a").acquire(LockMode.SHARED).close();
		// Not closed before the test is over: that would drop the locks of this JVM.
		FileChannel foreign = FileChannel.open(this.directory.resolve("a"), StandardOpenOption.WRITE);
		foreign.lock();
		ExclusiveLock lock = this.locks.get("a").writeLock();
		assertThat(lock.tryAcquire().isAcquired()).isFalse();
		Background<Boolean> waiter = Background.start(() -> lock.acquire().close()).awaitWaiting();
		foreign.close();
		waiter.result();
	}

	/**
	 * A channel does not tell its file, so it must not be taken for that of the new one.
	 */
	@Test
	void aFileThatIsReplacedJustAfterItWasCreatedIsNoticed() throws Exception {
		Path file = this.directory.resolve("new");
		InterProcessReaderWriterLock lock = this.locks.get("new");
		for (int i = 0; i < 200; i++) {
			Path other = Files.createFile(this.temp.resolve("other"));
			Files.deleteIfExists(file);
			TimeUnit.MILLISECONDS.sleep(11); // the time for which a look is good
			Background<Path> replacement = Background.run(() -> {
				while (!Files.exists(file)) {
					Thread.onSpinWait();
				}
				return Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
			});
			lock.acquire(LockMode.EXCLUSIVE).close();
			replacement.result();
			TimeUnit.MILLISECONDS.sleep(11);
			try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(lock.verify()).as("round " + i).isEqualTo(LockState.HELD);
			}
		}
	}

	@Test
	void aFileThatWasReplacedIsNoticed() throws Exception {
		InterProcessReaderWriterLock lock = this.locks.get("a");
		lock.acquire(LockMode.EXCLUSIVE).close();
		Path file = this.directory.resolve("a");
		Object first = key(file);
		Files.delete(file);
		Files.createFile(file);
		assertThat(key(file)).isNotEqualTo(first);
		letTheIdentityAge();
		try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(kernelHolders("a")).isEqualTo(1);
		}
		Files.delete(file);
		letTheIdentityAge();
		try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(kernelHolders("a")).isEqualTo(1);
		}
	}

	@Test
	void aFileThatWasReplacedWhileItIsWaitedForIsNoticed() throws Exception {
		ExclusiveLock lock = this.locks.get("a").writeLock();
		lock.acquire().close();
		Path file = this.directory.resolve("a");
		FileChannel foreign = FileChannel.open(file, StandardOpenOption.WRITE);
		foreign.lock();
		Background<Integer> waiter = Background.run(() -> {
			try (LockHold hold = lock.acquire()) {
				return kernelHolders("a");
			}
		}).awaitWaiting();
		Files.delete(file);
		Files.createFile(file);
		foreign.close();
		assertThat(waiter.result()).isEqualTo(1);
	}

	@Test
	void aSubdirectoryThatWasDeletedIsMadeAgain() throws Exception {
		ExclusiveLock lock = this.locks.get("sub/a").writeLock();
		lock.acquire().close();
		Files.delete(this.directory.resolve("sub/a"));
		Files.delete(this.directory.resolve("sub"));
		letTheIdentityAge();
		lock.acquire().close();
		assertThat(this.directory.resolve("sub/a")).exists();
	}

	@Test
	void aLockDirectoryThatWasReplacedIsNotUsed() throws Exception {
		ExclusiveLock lock = this.locks.get("a").writeLock();
		lock.acquire().close();
		Files.move(this.directory, this.temp.resolve("moved"));
		Files.createDirectory(this.directory);
		letTheIdentityAge();
		for (Background.Action use : List.<Background.Action>of(lock::acquire, () -> this.locks.get("b"))) {
			assertThatExceptionOfType(LockPathException.class).isThrownBy(use::run)
				.withMessageContaining("deleted or replaced")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(this.temp.toString()));
		}
		assertThat(filesBelow(this.directory)).isEmpty();
		assertThat(lock.isHeld()).isFalse();
	}

	@Test
	void aLockDirectoryThatWasMadeAnewServesWhoeverOpensItAnew() throws Exception {
		this.locks.get("a").acquire(LockMode.EXCLUSIVE).close();
		this.locks.close();
		Files.move(this.directory, this.temp.resolve("moved"));
		InterProcessLocks anew = open(this.directory);
		try (LockHold hold = anew.get("a").acquire(LockMode.EXCLUSIVE)) {
			assertThat(kernelHolders("a")).isEqualTo(1);
		}
	}

	@Test
	void nothingIsMadeBehindALinkThatLeadsOut() throws Exception {
		Path outside = Files.createDirectory(this.temp.resolve("outside"));
		Files.createSymbolicLink(this.directory.resolve("out"), outside);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> this.locks.get("out/new/deep/x"));
		ExclusiveLock lock = this.locks.get("sub/x").writeLock();
		Files.delete(this.directory.resolve("sub"));
		Files.createSymbolicLink(this.directory.resolve("sub"), outside);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(lock::acquire);
		try (var found = Files.list(outside)) {
			assertThat(found).isEmpty();
		}
		Files.createDirectory(this.directory.resolve("other"));
		Files.delete(this.directory.resolve("sub"));
		Files.createSymbolicLink(this.directory.resolve("sub"), Path.of("other"));
		assertThatExceptionOfType(LockPathException.class).isThrownBy(lock::acquire)
			.withMessageContaining("replaced by a symbolic link");
	}

	@Test
	void anErrorOfTheIdentityCheckLeavesNoLockBehind() throws Exception {
		ExclusiveLock lock = this.locks.get("sub/a").writeLock();
		lock.acquire().close();
		Path inode = Files.createLink(this.temp.resolve("same-file"), this.directory.resolve("sub/a"));
		Files.delete(this.directory.resolve("sub/a"));
		Files.delete(this.directory.resolve("sub"));
		Files.createFile(this.directory.resolve("sub"));
		letTheIdentityAge();
		// how it is told depends on the JDK
		assertThatExceptionOfType(LockException.class).isThrownBy(lock::acquire)
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(this.temp.toString()));
		assertThat(lock.isHeld()).isFalse();
		assertThat(KernelLocks.holders(inode, 0, 2)).isEmpty();
		Files.delete(this.directory.resolve("sub"));
		lock.acquire().close();
	}

	@Test
	void aChannelThatForeignCodeClosedIsAnErrorOfTheReleaseAndOpenedAgain() throws IOException {
		ExclusiveLock lock = this.locks.get("a").writeLock();
		lock.lock();
		channelOf(this.directory.resolve("a")).close();
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(lock::unlock);
		assertThat(lock.isHeld()).isFalse();
		assertThat(lock.tryLock()).isTrue();
		assertThat(KernelLocks.holders(this.directory.resolve("a"), 0, 2)).hasSize(1);
		lock.unlock();
	}

	private static Channel channelOf(Path file) throws IOException {
		SharedFile shared = SharedFile.lock(key(file));
		try {
			return Objects.requireNonNull(shared.channel());
		}
		finally {
			shared.unlock();
		}
	}

	@Test
	void theHolderIsReadFromTheKernel() throws IOException {
		try (LockHold hold = this.locks.get("a").acquire(LockMode.EXCLUSIVE)) {
			assertThat(KernelLocks.holders(this.directory.resolve("a"), 0, 2)).singleElement().satisfies((holder) -> {
				assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
				assertThat(holder.mode()).isEqualTo(LockMode.EXCLUSIVE);
				assertThat(holder.program()).startsWith("java ");
				assertThat(holder.started()).isEqualTo(ProcessHandle.current().info().startInstant().orElseThrow());
			});
			assertThat(KernelLocks.holders(this.directory.resolve("a"), 3, 10)).isEmpty();
		}
		assertThat(KernelLocks.holders(this.directory.resolve("a"), 0, 2)).isEmpty();
		assertThat(KernelLocks.holders(this.directory.resolve("missing"), 0, 2)).isEmpty();
	}

	@Test
	void aWriterCoversTheByteOfUpdateHoldsAndAReaderDoesNot() {
		Path file = this.directory.resolve("a");
		try (LockHold hold = this.locks.get("a").acquire(LockMode.EXCLUSIVE)) {
			assertThat(KernelLocks.holders(file, 2, 2)).hasSize(1);
			assertThat(KernelLocks.holders(file, 4, 4)).isEmpty();
		}
		try (LockHold hold = this.locks.get("a").acquire(LockMode.SHARED)) {
			assertThat(KernelLocks.holders(file, 0, 0)).hasSize(1);
			assertThat(KernelLocks.holders(file, 1, 4)).isEmpty();
		}
	}

	private int kernelHolders(String path) {
		return KernelLocks.holders(this.directory.resolve(path), 0, 2).size();
	}

	private static Object key(Path file) throws IOException {
		return Objects.requireNonNull(FileIdentity.of(file));
	}

	private static void letTheIdentityAge() throws InterruptedException {
		// not a wait for another thread: the age is what is tested
		TimeUnit.MILLISECONDS.sleep(15);
	}

	private static String mode(Path file) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
	}

	/** All but the mark of the directory. */
	private static List<Path> filesBelow(Path directory) throws IOException {
		try (var files = Files.walk(directory)) {
			return files.filter((file) -> !Files.isDirectory(file) && !file.endsWith(".protocol-fcntl")).toList();
		}
	}

}
