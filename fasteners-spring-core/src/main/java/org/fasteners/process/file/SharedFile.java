package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.AsynchronousFileChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What all copies of this library in this JVM know of one file (device and inode): which
 * descriptors of it are open, and whether any of them may be closed.
 * <p>
 * Thread-safe.
 *
 * @see <a href="https://www.sqlite.org/src/doc/trunk/src/os_unix.c">os_unix.c</a> of
 * SQLite, which puts off closing in the same way ("Posix Advisory Locking")
 */
final class SharedFile {

	/*-
	 * Closing any descriptor of a file drops every record lock that the process holds on
	 * that file, through whatever descriptor it was acquired (fcntl_locking(2)). So each
	 * lock and each attempt is counted, and a descriptor is closed only while the count is
	 * zero and cannot change.
	 *
	 * The entry of a file in its SharedDevice is an Object[] of JDK objects, so that it
	 * keeps no class loader alive. The layout is frozen:
	 *
	 *   0  a ReentrantLock            the mutex of the file
	 *   1  an AtomicInteger           the state: 2 * count + used, or CLOSED
	 *   2  an AtomicReference         the channel of the file if it is a lock file: an
	 *                                 AsynchronousFileChannel, open for reading and writing;
	 *                                 null if there is none
	 *   3  a ConcurrentLinkedQueue    Closeables that wait until the count is zero
	 *
	 * `used` is 1 if the file was entered since idle channels were last looked through.
	 *
	 * Invariants
	 *
	 *   I1  A thread that has acquired a record lock of the file, or is about to try, has
	 *       entered: it has raised the count by a compare-and-set of a state that was not
	 *       CLOSED, and lowers the count when the lock is released or was refused.
	 *   I2  A descriptor of the file is closed by a thread that holds the mutex and has
	 *       changed the state from a count of zero to CLOSED.
	 *   I3  The state is CLOSED only while its mutex is held, or for ever: then all
	 *       descriptors are closed and the entry is not in the table any more (retired).
	 *   I4  There is one entry of a file in the table at a time, and only that one is ever
	 *       entered.
	 *
	 * By I1 and I2 no descriptor is closed between an attempt and the release of the lock
	 * that it acquired, by any copy. By I3 a thread that finds CLOSED locks the mutex and
	 * looks again: then the state is a count, or the entry is retired and the thread looks
	 * it up once more. An entry is removed from the table after the last descriptor is
	 * closed, while the mutex is held (I4), so a later entry cannot lose locks by it.
	 *
	 *   attempt                         close
	 *   1 CAS state n -> n + 1          1 lock mutex
	 *   2 tryLock                       2 CAS state 0 -> CLOSED
	 *     refused: 4                    3 close what waits, and the channel if that is to be
	 *   3 (the lock is held)            4 state -> 0; or else, if nothing is left open,
	 *   4 release, state - 1              remove the entry from the table
	 *   5 count 0, and something is to  5 unlock mutex
	 *     be closed: try "close"        6 count 0, and something is to be closed, and the
	 *                                     mutex is free: again from 1
	 *
	 * Nothing that is to be closed is forgotten: what waits is added before step 2 of a
	 * close, and the count is lowered before step 5 of an attempt. If the attempt finds the
	 * mutex locked in its step 5, the thread that unlocks it comes to step 6 afterwards. So
	 * a release never waits for a mutex, in which another thread may open the file.
	 *
	 * Opening. A descriptor by which the file is locked is opened under the mutex, between
	 * two looks at the path: if both find this file, the descriptor is one of it. If not it
	 * is closed by SharedDevice.closeUnknown. To read the identity of a file (stat) may
	 * hang, and so may open, close and chmod, on a mount that does not answer or at a FIFO.
	 * So no mutex is held before the identity is known, and then only that of this file. A
	 * thread that holds it never locks the mutex of another file, except by tryLock.
	 *
	 * What waits to be closed belongs to the copy that opened it, which stays loaded as
	 * long.
	 */

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final int MUTEX = 0;

	private static final int STATE = 1;

	private static final int CHANNEL = 2;

	private static final int WAITING = 3;

	private static final int USED = 1;

	private static final int ONE = 2;

	/** Far below any count that a release too many could lead to. */
	private static final int CLOSED = -(1 << 30);

	private final SharedDevice device;

	private final String identity;

	private final Object[] parts;

	private final ReentrantLock mutex;

	private final AtomicInteger state;

	private final AtomicReference<@Nullable AsynchronousFileChannel> channel;

	private final Queue<Closeable> waiting;

	@SuppressWarnings("unchecked") // the comment above says what is there
	SharedFile(SharedDevice device, String identity, Object[] parts) {
		this.device = device;
		this.identity = identity;
		this.parts = parts;
		this.mutex = (ReentrantLock) parts[MUTEX];
		this.state = (AtomicInteger) parts[STATE];
		this.channel = (AtomicReference<@Nullable AsynchronousFileChannel>) parts[CHANNEL];
		this.waiting = (Queue<Closeable>) parts[WAITING];
	}

	private static Object[] parts() {
		return new Object[] { new ReentrantLock(), new AtomicInteger(), new AtomicReference<>(),
				new ConcurrentLinkedQueue<>() };
	}

	/**
	 * Lock the mutex of a file.
	 * @param identity which file, see {@link FileIdentity}
	 * @return the file, to be unlocked by this thread
	 */
	@SuppressWarnings("LockNotBeforeTry") // the caller unlocks it
	static SharedFile lock(Object identity) {
		String text = identity.toString();
		SharedDevice device = SharedDevice.of(text);
		while (true) {
			SharedFile file = new SharedFile(device, text, device.files().computeIfAbsent(text, (missing) -> parts()));
			file.mutex.lock();
			if (file.state.get() != CLOSED) {
				return file;
			}
			file.mutex.unlock();
		}
	}

	/**
	 * Enter a file without its mutex, so that nothing of it is closed until
	 * {@link #exit}.
	 * @param identity which file, see {@link FileIdentity}
	 */
	static SharedFile enter(Object identity) throws IOException {
		SharedFile file = lock(identity);
		try {
			file.requireEntered();
		}
		finally {
			file.unlock();
		}
		return file;
	}

	/** Close something of a file, now or when no lock is lost by that. */
	static void close(Object identity, Closeable descriptor) throws IOException {
		SharedFile file = lock(identity);
		file.closeLater(descriptor);
		file.unlock();
	}

	SharedDevice device() {
		return this.device;
	}

	/**
	 * Count an attempt to lock the file. Always succeeds for the thread that has locked
	 * the mutex.
	 * @return {@code false} if the file is closed, or is being closed
	 */
	boolean enter() {
		int now = this.state.get();
		while (now >= 0) {
			if (this.state.compareAndSet(now, (now | USED) + ONE)) {
				return true;
			}
			now = this.state.get();
		}
		return false;
	}

	/** Enter the file, for the thread that has locked the mutex. */
	void requireEntered() {
		if (!enter()) {
			throw new IllegalStateException("The file was closed although its mutex is locked");
		}
	}

	/**
	 * The attempt was refused, or its lock was released.
	 * @throws IOException if something that waited for this could not be closed
	 */
	void exit() throws IOException {
		int now = this.state.addAndGet(-ONE);
		if (now <= USED) {
			if (now < 0) {
				this.state.addAndGet(ONE);
				throw new IllegalStateException("A lock of a file was released that was not acquired");
			}
			if (isToBeClosed() && this.mutex.tryLock()) {
				unlock();
			}
		}
	}

	/**
	 * As {@link #exit}, for a lock file: what cannot be closed is none of its holder's.
	 */
	void exitQuietly() {
		try {
			exit();
		}
		catch (IOException ex) {
			logFailure(this.identity, ex);
		}
	}

	static void logFailure(String identity, IOException ex) {
		LOGGER.log(Level.WARNING, "A descriptor of the lock file {0} could not be closed: {1}", identity, ex);
	}

	private boolean isToBeClosed() {
		return !this.waiting.isEmpty() || this.channel.get() == null || this.device.closesIdle();
	}

	/**
	 * Unlock the mutex. Before that, close what is to be closed if the count is zero.
	 * @throws IOException if something could not be closed; it is not tried again
	 */
	void unlock() throws IOException {
		IOException failure = null;
		do {
			try {
				closeUnneeded(false);
			}
			catch (IOException ex) {
				failure = add(failure, ex);
			}
			finally {
				this.mutex.unlock();
			}
		}
		while (isIdle(this.state.get()) && isToBeClosed() && this.mutex.tryLock());
		if (failure != null) {
			throw failure;
		}
	}

	/** As {@link #unlock}; what cannot be closed is logged. */
	void unlockQuietly() {
		try {
			unlock();
		}
		catch (IOException ex) {
			logFailure(this.identity, ex);
		}
	}

	private static boolean isIdle(int state) {
		return state == 0 || state == USED;
	}

	/** The last failure, with those before it. */
	private static IOException add(@Nullable IOException before, IOException last) {
		if (before != null) {
			last.addSuppressed(before);
		}
		return last;
	}

	/** Close what waits, and the channel if it is not to stay open. Under the mutex. */
	private void closeUnneeded(boolean all) throws IOException {
		// One look at the state: the count that is zero must be the one that is replaced.
		int idle = this.state.get();
		if (!isIdle(idle) || !(all || isToBeClosed()) || !this.state.compareAndSet(idle, CLOSED)) {
			return;
		}
		boolean retired = false;
		try {
			closeWaiting();
			if (all || this.device.closesIdle()) {
				closeChannel();
			}
			retired = this.waiting.isEmpty() && this.channel.get() == null;
		}
		finally {
			if (retired) {
				this.device.files().remove(this.identity, this.parts);
			}
			else {
				this.state.set(idle);
			}
		}
	}

	private void closeWaiting() throws IOException {
		IOException failure = null;
		for (Closeable next = this.waiting.poll(); next != null; next = this.waiting.poll()) {
			try {
				next.close();
			}
			catch (IOException ex) {
				failure = add(failure, ex);
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private void closeChannel() throws IOException {
		AsynchronousFileChannel open = this.channel.getAndSet(null);
		if (open != null) {
			this.device.countClosed();
			open.close();
		}
	}

	/**
	 * Close the channel of a lock file if it is idle. Never waits for the mutex.
	 * @param all also if it was used since this was last called
	 */
	void closeIfIdle(boolean all) throws IOException {
		if (this.channel.get() == null || !isIdle(this.state.get()) || (!all && this.state.compareAndSet(USED, 0))
				|| !this.mutex.tryLock()) {
			return;
		}
		try {
			closeUnneeded(true);
		}
		finally {
			unlock();
		}
	}

	// What follows is for the thread that holds the mutex

	/** The open channel of a lock file, {@code null} if there is none. */
	@Nullable AsynchronousFileChannel channel() {
		AsynchronousFileChannel known = this.channel.get();
		return (known != null && known.isOpen()) ? known : null;
	}

	/** The channel was opened; one of before is closed, by other code. */
	void setChannel(AsynchronousFileChannel opened) {
		if (this.channel.getAndSet(opened) == null) {
			this.device.countOpened();
		}
	}

	/** To be closed before the mutex is unlocked, or when the count is zero. */
	void closeLater(Closeable descriptor) {
		this.waiting.add(descriptor);
	}

	/** Close at once what waits, if the count is zero. The channel stays open. */
	void closeNow() throws IOException {
		int idle = this.state.get();
		if (isIdle(idle) && this.state.compareAndSet(idle, CLOSED)) {
			try {
				closeWaiting();
			}
			finally {
				this.state.set(idle);
			}
		}
	}

	/**
	 * Take back a descriptor that waits to be closed, so that opening and closing the
	 * file again and again while it is locked does not pile them up.
	 * @return one that fits; {@code null} if there is none
	 */
	<T extends Closeable> @Nullable T reopen(Class<T> type, Predicate<T> fits) {
		T found = this.waiting.stream().filter(type::isInstance).map(type::cast).filter(fits).findFirst().orElse(null);
		if (found != null) {
			this.waiting.remove(found);
		}
		return found;
	}

}
