package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.fasteners.LockInterruptedException;
import org.fasteners.LockState;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.file.Inode.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A file that is locked as a whole while it is open, for those who read or write it.
 *
 * <pre>{@code
 * try (LockedFile file = LockedFile.open(path, WRITE, CREATE, TRUNCATE_EXISTING)) {
 *     file.channel().write(text);
 * }
 * }</pre>
 * <ul>
 * <li><i>Owner.</i> Each {@code LockedFile} is an owner of its own, whatever thread uses
 * it. Two of them on one file exclude each other, also within a process and within a
 * thread, as far as they use the same {@link LockProtocol}.
 * <li><i>Order.</i> Those of one JVM who wait go in turn. There is no order between
 * processes, and readers that overlap without end keep writers out.
 * <li><i>Re-entrancy, upgrade.</i> None. To acquire what is held does nothing, and the
 * mode is fixed when the file is opened.
 * <li><i>Content.</i> Nothing is truncated before the lock was acquired for the first
 * time.
 * <li><i>Replacement.</i> If somebody replaces or deletes the file before the lock is
 * acquired, {@code open} goes over to the new one.
 * <li><i>Interruption and timeout.</i> A wait that ends without the lock leaves nothing
 * behind. Timeouts never end early. Reading and writing is not interruptible: that would
 * close the file and lose the lock.
 * <li><i>Closing.</i> On POSIX systems a process that closes any descriptor of a file
 * loses all record locks that it has on it. So a file is really closed when the last
 * {@code FCNTL} lock of this JVM on it has gone, and nobody who uses this class takes a
 * lock from others.
 * <li><i>Foreign code.</i> Other code of the process that opens and closes the file, for
 * instance by {@link Files#readString(Path)}, does take an {@code FCNTL} lock away.
 * {@link #verify()} shows that. In the same way, to close one of these files takes away
 * what other code of the process has locked in it through channels of the JDK.
 * <li><i>Death.</i> The lock of a process that dies is free. Its children do not inherit
 * it. One that is never closed is held until the process ends.
 * <li><i>Network file systems.</i> Are refused, because they may lose locks while they
 * are held, unless {@link LockOption#ALLOW_NETWORK_FILE_SYSTEM} is given.
 * <li><i>Platforms.</i> Tested on Linux. {@code FLOCK} is for Linux and macOS alone.
 * </ul>
 * <p>
 * Thread-safe.
 *
 * @see <a href="https://pypi.org/project/flockcontext/">flockcontext</a> of Python, which
 * does the same with {@code flock(2)}
 */
public final class LockedFile implements Closeable {

	private static final int MOST_REPLACEMENTS = 100;

	private final Path path;

	private final FileRequest request;

	private final OpenedFile opened;

	private final Inode inode;

	private final FileChannel channel;

	/** Whether the channel is somebody else's. */
	private final boolean foreign;

	private final AtomicBoolean closed = new AtomicBoolean();

	LockedFile(Path path, FileRequest request, OpenedFile opened, Inode inode, @Nullable FileChannel foreign) {
		this.path = path;
		this.request = request;
		this.opened = opened;
		this.inode = inode;
		this.foreign = foreign != null;
		this.channel = (foreign != null) ? foreign : new UninterruptedFileChannel(opened, request);
	}

	/**
	 * Open a file under an {@link LockProtocol#FCNTL} lock.
	 * @param path the file
	 * @param options see {@link #open(Path, LockProtocol, OpenOption...)}
	 * @return the file, open and locked
	 * @throws IOException if it cannot be opened or locked
	 */
	public static LockedFile open(Path path, OpenOption... options) throws IOException {
		return open(path, LockProtocol.FCNTL, options);
	}

	/**
	 * Open a file and lock it.
	 * @param path the file. It may be anywhere; symbolic links are followed unless
	 * {@code NOFOLLOW_LINKS} is given
	 * @param protocol which locks to use: the same as all others who use the file
	 * @param options how to open the file, as for
	 * {@link FileChannel#open(Path, OpenOption...)}, and how to lock it: see
	 * {@link LockOption}. Opened for reading if nothing else is said. An exclusive
	 * {@code FCNTL} lock needs a file that is open for writing, a shared one a file that
	 * is open for reading. {@code DELETE_ON_CLOSE} is refused
	 * @return the file, open and locked
	 * @throws IOException if it cannot be opened or locked
	 * @throws LockTimeoutException if the lock was not had in time. The file is not open
	 * then and its content is as it was; if it was missing, it may have been created
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and the file is not open
	 * @throws IllegalArgumentException if the options cannot go together
	 * @throws UnsupportedOperationException if an option is not supported, or if the
	 * protocol is {@code FLOCK} and that cannot be used here, as without JNA
	 */
	public static LockedFile open(Path path, LockProtocol protocol, OpenOption... options) throws IOException {
		Objects.requireNonNull(path, "path");
		Objects.requireNonNull(protocol, "protocol");
		Objects.requireNonNull(options, "options");
		FileRequest request = FileRequest.of(protocol, options);
		check(path, request);
		long start = System.nanoTime();
		for (int i = 0; true; i++) {
			LockedFile file = openOnly(path, request, null);
			try {
				Outcome outcome = file.acquire(start, request.nanos());
				if (outcome == Outcome.ACQUIRED) {
					if (request.truncates()) {
						file.channel.truncate(0);
					}
					return file;
				}
				if (outcome == Outcome.REFUSED) {
					throw file.timedOut(start);
				}
				if (i >= MOST_REPLACEMENTS && System.nanoTime() - start >= request.nanos()) {
					throw new FileSystemException(path.toString(), null,
							"the file is replaced faster than it can be locked");
				}
			}
			catch (Throwable ex) {
				closeAfter(ex, file);
				throw ex;
			}
			file.close();
		}
	}

	/**
	 * Lock a file that is open already, with an {@link LockProtocol#FCNTL} lock. The
	 * channel stays the caller's, who closes it after this.
	 * <p>
	 * This is weaker than a file that {@code open} has opened. On POSIX systems the lock
	 * is lost when that channel, or any other one of the file that is not of this class,
	 * is closed by whomever, and an interrupt of a thread that reads or writes closes the
	 * channel. {@link #verify()} shows that. Where others share the lock, they lose it as
	 * well.
	 * @param channel a channel of the file: open for writing, or for reading if the lock
	 * is to be shared
	 * @param path leads to the file
	 * @param options how to lock it
	 * @return the locked file; to close it releases the lock and leaves the channel open
	 * @throws IOException if the file cannot be locked, or was replaced
	 * @throws LockTimeoutException if the lock was not had in time
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing is held
	 * @throws IllegalArgumentException if the channel is one of another file, or is not
	 * open for what the lock needs
	 */
	public static LockedFile lock(FileChannel channel, Path path, LockOption... options) throws IOException {
		Objects.requireNonNull(channel, "channel");
		Objects.requireNonNull(path, "path");
		Objects.requireNonNull(options, "options");
		FileRequest request = FileRequest.of(LockProtocol.FCNTL, withAccess(options));
		check(path, request);
		long start = System.nanoTime();
		LockedFile file = openOnly(path, request, channel);
		try {
			file.requireAcquired(file.acquire(start, request.nanos()), start);
			file.requireSameFile();
			return file;
		}
		catch (NonReadableChannelException | NonWritableChannelException ex) {
			IllegalArgumentException refusal = new IllegalArgumentException(String.format(Locale.ROOT,
					"The channel is not open for %s, which a lock for that needs: %s", request.mode().purpose(), path),
					ex);
			closeAfter(refusal, file);
			throw refusal;
		}
		catch (Throwable ex) {
			closeAfter(ex, file);
			throw ex;
		}
	}

	private static OpenOption[] withAccess(LockOption... options) {
		OpenOption[] all = Arrays.copyOf(options, options.length + 1, OpenOption[].class);
		boolean shared = Arrays.asList(options).contains(LockOption.SHARED);
		all[options.length] = shared ? StandardOpenOption.READ : StandardOpenOption.WRITE;
		return all;
	}

	private static void check(Path path, FileRequest request) throws IOException {
		if (request.protocol() == LockProtocol.FLOCK) {
			Flock.require();
			if (path.getFileSystem() != FileSystems.getDefault()) {
				throw new UnsupportedOperationException("flock(2) is for files of the default file system alone");
			}
		}
		if (!request.has(LockOption.ALLOW_NETWORK_FILE_SYSTEM)) {
			NetworkFileSystems.refuse(path);
		}
	}

	/** Open a file without locking it. */
	static LockedFile openOnly(Path path, FileRequest request, @Nullable FileChannel foreign) throws IOException {
		return new OpeningFile(path, request).open(foreign);
	}

	/** Close, and let nothing that fails in that hide why. */
	static void closeAfter(Throwable failure, Closeable file) {
		try {
			file.close();
		}
		catch (IOException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * The file, to read and write it. Its position and its content are shared by all who
	 * use this object. It stays open, without a lock, between {@link #release()} and
	 * {@link #acquire()}, and is closed with this. To close it alone does not release the
	 * lock. It cannot be mapped, nor locked by itself; with {@code APPEND}, what is
	 * written goes to the end of the file as it is at that moment, which two who do not
	 * hold the lock may find at the same place.
	 * @return the channel; that which was given to
	 * {@link #lock(FileChannel, Path, LockOption...)}, if any was
	 */
	public FileChannel channel() {
		return this.channel;
	}

	/**
	 * The path of the file.
	 * @return the path as it was given
	 */
	public Path path() {
		return this.path;
	}

	/**
	 * Whether the lock is held, as far as this JVM knows: it is not asked whether that is
	 * still so.
	 * @return {@code true} if it was acquired and not released
	 */
	public boolean isHeld() {
		return this.inode.isHeld(this);
	}

	/**
	 * Acquire the lock again after {@link #release()}, and wait as long as was said when
	 * the file was opened. Does nothing if it is held.
	 * @throws IOException if the file cannot be locked, is closed, or is no longer the
	 * one to which the path leads; nothing is held
	 * @throws LockTimeoutException if the lock was not had in time; nothing is held
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing is held
	 */
	public void acquire() throws IOException {
		long start = System.nanoTime();
		requireAcquired(acquire(start, this.request.nanos()), start);
	}

	/**
	 * Try for some time to acquire the lock again after {@link #release()}.
	 * @param timeout the longest wait, zero or more; zero means one attempt
	 * @return {@code true} if it is held now, perhaps already before
	 * @throws IOException if the file cannot be locked, is closed, or is no longer the
	 * one to which the path leads; nothing is held
	 * @throws IllegalArgumentException if the timeout is negative
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing is held
	 */
	public boolean tryAcquire(Duration timeout) throws IOException {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("A timeout is zero or more, not " + timeout);
		}
		Outcome outcome = acquire(System.nanoTime(), TimeUnit.NANOSECONDS.convert(timeout));
		if (outcome == Outcome.REPLACED) {
			throw replaced();
		}
		return outcome == Outcome.ACQUIRED;
	}

	private Outcome acquire(long start, long nanos) throws IOException {
		try {
			return this.inode.acquire(this, start, nanos);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LockInterruptedException(this.path.toString(), this.request.mode(), ex);
		}
	}

	private void requireAcquired(Outcome outcome, long start) throws IOException {
		switch (outcome) {
			case ACQUIRED -> {
			}
			case REFUSED -> throw timedOut(start);
			case REPLACED -> throw replaced();
		}
	}

	private LockTimeoutException timedOut(long start) {
		Duration waited = Duration.ofNanos(System.nanoTime() - start);
		Duration timeout = this.request.timeout();
		return LockTimeoutException.ofFile(this.path, this.request.mode(), (timeout != null) ? timeout : waited, waited,
				this.inode.holders(this));
	}

	private FileSystemException replaced() {
		return new FileSystemException(this.path.toString(), null,
				"the file was replaced or deleted after it had been opened, so that its lock would keep nobody out: open it again");
	}

	/**
	 * Release the lock; the file stays open. Does nothing if it is not held.
	 * @throws IOException if that failed, or if other files that waited for it could not
	 * be closed; the lock is not held any more, and what could not be released is tried
	 * again by whoever acquires it next
	 */
	public void release() throws IOException {
		this.inode.release(this);
	}

	/**
	 * Ask whether the lock is still held. Looks at the path and, on Linux, at the
	 * kernel's table of locks, which takes some ten microseconds or more.
	 * @return the state; {@link LockState#LOST} also if the path leads to another file by
	 * now
	 * @throws IOException if looking failed
	 */
	public LockState verify() throws IOException {
		return this.inode.verify(this);
	}

	/**
	 * Release the lock and close the file. A channel that was given to
	 * {@link #lock(FileChannel, Path, LockOption...)} stays open. Whoever waits in
	 * {@link #acquire()} gets a {@link ClosedChannelException}. Does nothing if it is
	 * closed already.
	 * @throws IOException if the lock could not be released or the file not be closed;
	 * the rest is done all the same
	 */
	@Override
	public void close() throws IOException {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		this.inode.tellWaiters(this);
		// the last one is closed first, and each whatever becomes of the others
		try (Closeable use = this.inode::leave; Closeable io = this::closeFile; Closeable lock = this::release) {
			Objects.requireNonNull(lock);
		}
	}

	private void closeFile() throws IOException {
		if (this.foreign) {
			SharedFile.close(this.opened.identity(), this.opened);
		}
		else {
			this.channel.close();
		}
	}

	boolean isClosed() {
		return this.closed.get();
	}

	void requireOpen() throws IOException {
		if (this.closed.get() || !this.channel.isOpen()) {
			throw new ClosedChannelException();
		}
	}

	boolean isShared() {
		return this.request.isShared();
	}

	/** Whether the path still leads to the file. */
	boolean isInPlace() throws IOException {
		return this.opened.identity().equals(FileIdentity.of(this.path, this.request.links()));
	}

	/** Where the file is, if the path leads to anything. */
	@Nullable Path realPath() {
		try {
			return this.path.toRealPath(this.request.links());
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** The file as it was opened by us. */
	AsynchronousFileChannel io() {
		return this.opened.channel();
	}

	/**
	 * One attempt to get a record lock of the whole file.
	 * @return {@code null} if somebody else has one, be it other code of this JVM
	 */
	@Nullable FileLock tryRecordLock() throws IOException {
		try {
			return this.foreign ? this.channel.tryLock(0, Long.MAX_VALUE, isShared())
					: io().tryLock(0, Long.MAX_VALUE, isShared());
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	/**
	 * A channel does not tell of which file it is, but the JDK refuses a second lock of
	 * one file, through whatever channel. So while the lock is held, it has to refuse one
	 * through the channel and one of the file to which the path leads.
	 */
	private void requireSameFile() throws IOException {
		if (isLockedHere(() -> this.channel.tryLock(0, Long.MAX_VALUE, isShared()))
				&& isLockedHere(() -> io().tryLock(0, Long.MAX_VALUE, isShared()))) {
			return;
		}
		throw new IllegalArgumentException("The channel is not one of the file " + this.path);
	}

	private static boolean isLockedHere(LockAttempt attempt) throws IOException {
		try {
			FileLock lock = attempt.tryLock();
			if (lock != null) {
				lock.release();
			}
			return false;
		}
		catch (OverlappingFileLockException ex) {
			return true;
		}
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "LockedFile '%s' (%s)", this.path,
				isHeld() ? "held for " + this.request.mode().purpose() : "not held");
	}

	/**
	 * Asks the JDK for a lock.
	 */
	@FunctionalInterface
	private interface LockAttempt {

		@Nullable FileLock tryLock() throws IOException;

	}

}
