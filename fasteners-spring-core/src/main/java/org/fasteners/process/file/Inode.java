package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockState;
import org.fasteners.process.Pauses;
import org.jspecify.annotations.Nullable;

/**
 * A file as all {@link LockedFile}s of this JVM that use the same protocol have it in
 * common: at most one lock of the kernel, exclusive or shared by all of them.
 * <p>
 * Thread-safe.
 */
final class Inode {

	/*-
	 * Each LockedFile is an owner of its own, whatever thread acts for it, as an open file
	 * description is for flock(2). The kernel sees one owner only, this process: for
	 * record locks it cannot do otherwise. So
	 *
	 *  - the first holder takes the lock of the kernel, the last one gives it back;
	 *  - as long as one of this JVM has the file exclusively, nobody asks the kernel. For
	 *    the JDK would say that the ranges overlap, and flock(2) would convert the lock;
	 *  - a thread enters the SharedFile before it asks for a record lock, until that is
	 *    gone, so that no closing takes it away, not even that of the holder through whose
	 *    channel it was acquired while others share it. A lock by flock(2) has a descriptor that is
	 *    open as long as the file is in use here.
	 *
	 * A lock of a file to which the path does not lead any more excludes nobody who opens
	 * the path now. So that is looked at after each lock that was won, and in a wait
	 * before each pause.
	 *
	 * Waiting is trying again after a pause: it never blocks in the kernel (LockFile says
	 * why). The first in the queue does so, and is woken when a holder of this JVM leaves;
	 * the others sleep until they are the first. So they go in turn, and no more than one
	 * of them asks the kernel. Who makes a single attempt does not queue, and neither does
	 * a last attempt at the end of a timeout: a lock that is free is had.
	 *
	 * What may be slow and only observes, namely the kernel's table of locks, is read without
	 * `mutex`. An answer against a lock counts if that FileLock is still there in the end.
	 *
	 * Order of locks: `mutex` before that of the SharedFile, never the other way round.
	 * Both are of this file alone.
	 */

	/** By protocol and identity. Each entry is guarded by the mutex of its SharedFile. */
	private static final Map<Object, Inode> INODES = new ConcurrentHashMap<>();

	/** By protocol and device: whether the kernel's table shows locks of this process. */
	private static final Map<Object, Boolean> SHOWN = new ConcurrentHashMap<>();

	private static final int MOST_VERDICTS = 10;

	private final LockProtocol protocol;

	private final Object identity;

	/** What carries the lock if that is one of flock(2). */
	private final @Nullable Flock flock;

	private final Object place;

	/** How many use this. Guarded by the mutex of the SharedFile. */
	private int users;

	/** Guards what follows. */
	private final ReentrantLock mutex = new ReentrantLock();

	private final Deque<Waiter> queue = new ArrayDeque<>();

	/** Who holds the lock, and which thread acquired it. */
	private final Map<LockedFile, Thread> holders = new LinkedHashMap<>();

	/** The lock of the kernel; there is one without holders if a release has failed. */
	private @Nullable FileLock lock;

	/** The file, entered as long as there is a record lock or an attempt. */
	private @Nullable SharedFile entered;

	private Inode(LockProtocol protocol, Object identity, Object place, @Nullable Flock flock) {
		this.protocol = protocol;
		this.identity = identity;
		this.place = place;
		this.flock = flock;
	}

	/**
	 * Begin to use a file that is open. To be called with its mutex.
	 * @param path leads to the file, or did so just now
	 * @param unknown is given a descriptor that may be of another file
	 * @return {@code null} if the file is replaced meanwhile
	 */
	static @Nullable Inode enter(OpenedFile file, Path path, FileRequest request, SharedFile shared,
			Consumer<Flock> unknown) throws IOException {
		Object key = key(request.protocol(), file.identity());
		Inode inode = INODES.get(key);
		if (inode == null) {
			inode = open(file, path, request, shared, unknown);
			if (inode == null) {
				return null;
			}
			INODES.put(key, inode);
		}
		inode.users++;
		return inode;
	}

	private static @Nullable Inode open(OpenedFile file, Path path, FileRequest request, SharedFile shared,
			Consumer<Flock> unknown) throws IOException {
		try {
			Path real = path.toRealPath(request.links());
			Object place = place(request.protocol(), real);
			if (request.protocol() == LockProtocol.FCNTL) {
				return new Inode(request.protocol(), file.identity(), place, null);
			}
			Flock flock = openFlock(file.identity(), real, request.writes(), shared, unknown);
			return (flock != null) ? new Inode(request.protocol(), file.identity(), place, flock) : null;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/** Opened between two looks at the path, as the file itself. */
	private static @Nullable Flock openFlock(Object identity, Path path, boolean write, SharedFile shared,
			Consumer<Flock> unknown) throws IOException {
		Flock closing = shared.reopen(Flock.class, (flock) -> true);
		if (closing != null) {
			return closing;
		}
		Flock flock = Flock.open(path, write);
		boolean known = false;
		try {
			known = identity.equals(FileIdentity.of(path));
			return known ? flock : null;
		}
		finally {
			if (!known) {
				unknown.accept(flock);
			}
		}
	}

	private static Object key(LockProtocol protocol, Object identity) {
		return List.of(protocol, identity);
	}

	/** End to use the file. What could not be released is kept for whoever comes next. */
	void leave() throws IOException {
		SharedFile shared = null;
		this.mutex.lock();
		try {
			shared = SharedFile.lock(this.identity);
			this.users--;
			if (this.users == 0 && this.lock == null) {
				INODES.remove(key(this.protocol, this.identity));
				if (this.flock != null) {
					shared.closeLater(this.flock);
				}
			}
		}
		finally {
			try {
				if (shared != null) {
					shared.unlock();
				}
			}
			finally {
				this.mutex.unlock();
			}
		}
		shared.device().closeUnknown();
	}

	/**
	 * Acquire the lock, if it is not held already.
	 * @param start when the wait began
	 * @param nanos the longest wait; 0 for one attempt
	 * @throws InterruptedException on entry or in a wait; nothing is held
	 * @throws ClosedChannelException if the file is closed, perhaps meanwhile
	 */
	Outcome acquire(LockedFile file, long start, long nanos) throws IOException, InterruptedException {
		if (nanos > 0 && Thread.interrupted()) {
			throw new InterruptedException();
		}
		Outcome outcome = attemptOrAwait(file, start, nanos);
		if (outcome == Outcome.ACQUIRED && !SHOWN.containsKey(this.place)) {
			try {
				noteWhetherShown(file);
			}
			catch (Throwable ex) {
				LockedFile.closeAfter(ex, () -> release(file));
				throw ex;
			}
		}
		return outcome;
	}

	private Outcome attemptOrAwait(LockedFile file, long start, long nanos) throws IOException, InterruptedException {
		this.mutex.lock();
		try {
			if (nanos == 0 || this.queue.isEmpty()) {
				Outcome outcome = attempt(file);
				if (outcome != Outcome.REFUSED || nanos == 0) {
					return outcome;
				}
			}
			return await(file, start, nanos);
		}
		finally {
			this.mutex.unlock();
		}
	}

	private Outcome await(LockedFile file, long start, long nanos) throws IOException, InterruptedException {
		Waiter waiter = new Waiter(file, this.mutex.newCondition());
		this.queue.add(waiter);
		try {
			while (true) {
				long waited = System.nanoTime() - start;
				boolean last = waited >= nanos;
				boolean first = this.queue.peek() == waiter;
				if (first || last || needNotWait(file)) {
					Outcome outcome = attempt(file);
					if (outcome != Outcome.REFUSED || last) {
						return outcome;
					}
				}
				long left = nanos - waited;
				waiter.turn.awaitNanos(first ? Math.min(left, Pauses.DEFAULT.next(waited)) : left);
			}
		}
		finally {
			this.queue.remove(waiter);
			wakeFirst();
		}
	}

	/** For another thread that uses it has acquired or closed it. */
	private boolean needNotWait(LockedFile file) {
		return this.holders.containsKey(file) || file.isClosed();
	}

	private void wakeFirst() {
		Waiter first = this.queue.peek();
		if (first != null) {
			first.turn.signal();
		}
	}

	private Outcome attempt(LockedFile file) throws IOException {
		file.requireOpen();
		if (this.holders.containsKey(file)) {
			return Outcome.ACQUIRED;
		}
		if (!take(file)) {
			return file.isInPlace() ? Outcome.REFUSED : Outcome.REPLACED;
		}
		try {
			if (file.isInPlace()) {
				this.holders.put(file, Thread.currentThread());
				tellWaiters(file);
				return Outcome.ACQUIRED;
			}
		}
		catch (Throwable ex) {
			LockedFile.closeAfter(ex, this::releaseIfUnused);
			throw ex;
		}
		releaseIfUnused();
		return Outcome.REPLACED;
	}

	/**
	 * Neither within computeIfAbsent nor with the mutex: this reads files, which may take
	 * long. That a lock is not shown says nothing if it was released meanwhile.
	 */
	private void noteWhetherShown(LockedFile file) {
		FileLock held = lockOf(file);
		boolean shown = shown(file) == LockState.HELD;
		if (held != null && (shown || isStillLockOf(file, held))) {
			SHOWN.putIfAbsent(this.place, shown);
		}
	}

	/** Take the lock of the kernel, or share that which this JVM has. */
	private boolean take(LockedFile file) throws IOException {
		FileLock held = this.lock;
		if (held != null && !this.holders.isEmpty()) {
			return file.isShared() && held.isShared();
		}
		releaseIfUnused();
		count();
		try {
			this.lock = (this.flock != null) ? tryLock(this.flock, file) : file.tryRecordLock();
		}
		catch (Throwable ex) {
			LockedFile.closeAfter(ex, this::uncount);
			throw ex;
		}
		if (this.lock == null) {
			uncount();
		}
		return this.lock != null;
	}

	private static @Nullable FileLock tryLock(Flock flock, LockedFile file) throws IOException {
		return flock.tryLock(file.isShared()) ? new LockByFlock(flock, file.io(), file.isShared()) : null;
	}

	private void count() throws IOException {
		if (this.protocol == LockProtocol.FCNTL) {
			this.entered = SharedFile.enter(this.identity);
		}
	}

	private void uncount() throws IOException {
		SharedFile left = this.entered;
		this.entered = null;
		if (left != null) {
			left.exit();
		}
	}

	/** Release the lock, if it is held; the next one may have it then. */
	void release(LockedFile file) throws IOException {
		this.mutex.lock();
		try {
			if (this.holders.remove(file) != null) {
				releaseIfUnused();
			}
		}
		finally {
			wakeFirst();
			this.mutex.unlock();
		}
	}

	/** If a release fails, the next one who comes tries it again. */
	private void releaseIfUnused() throws IOException {
		FileLock held = this.lock;
		if (held == null || !this.holders.isEmpty()) {
			return;
		}
		try {
			held.release();
		}
		catch (ClosedChannelException ex) {
			// The channel of LockedFile.lock() was closed by its owner: the lock went
			// with it.
		}
		this.lock = null;
		uncount();
	}

	/** Somebody has acquired or closed the file: whoever waits with it has to be told. */
	void tellWaiters(LockedFile file) {
		this.mutex.lock();
		try {
			this.queue.stream().filter((waiter) -> waiter.file == file).forEach((waiter) -> waiter.turn.signal());
		}
		finally {
			this.mutex.unlock();
		}
	}

	boolean isHeld(LockedFile file) {
		this.mutex.lock();
		try {
			return this.holders.containsKey(file);
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** The lock of the kernel by which a file is held; {@code null} if it is not. */
	private @Nullable FileLock lockOf(LockedFile file) {
		this.mutex.lock();
		try {
			return this.holders.containsKey(file) ? this.lock : null;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@SuppressWarnings("ReferenceEquality") // that very lock
	private boolean isStillLockOf(LockedFile file, FileLock held) {
		return lockOf(file) == held;
	}

	LockState verify(LockedFile file) throws IOException {
		for (int i = 0; i < MOST_VERDICTS; i++) {
			FileLock held = lockOf(file);
			if (held == null) {
				return LockState.NOT_HELD;
			}
			LockState state = verify(file, held);
			if (state == LockState.HELD || isStillLockOf(file, held)) {
				return state;
			}
		}
		return LockState.UNKNOWN;
	}

	private LockState verify(LockedFile file, FileLock held) throws IOException {
		if (!held.isValid() || !file.isInPlace()) {
			return LockState.LOST;
		}
		LockState shown = shown(file);
		return (shown == LockState.LOST && !SHOWN.getOrDefault(this.place, false)) ? LockState.UNKNOWN : shown;
	}

	private LockState shown(LockedFile file) {
		Path path = file.realPath();
		return (path != null) ? KernelLocks.shown(path, this.protocol, !file.isShared()) : LockState.UNKNOWN;
	}

	/**
	 * Not all locks are shown everywhere: not those of another pid namespace, nor those
	 * of a file system that hides its inodes. So it is noted, once for a device, whether
	 * one that was just taken is.
	 */
	private static Object place(LockProtocol protocol, Path path) throws IOException {
		try {
			return List.of(protocol, Files.getAttribute(path, "unix:dev"));
		}
		catch (UnsupportedOperationException ex) {
			return protocol;
		}
	}

	/** Who holds the lock of a file, here and in other processes. */
	List<LockHolder> holders(LockedFile file) {
		LockMode mode;
		List<Thread> acquirers;
		this.mutex.lock();
		try {
			mode = (this.lock != null && this.lock.isShared()) ? LockMode.SHARED : LockMode.EXCLUSIVE;
			acquirers = List.copyOf(this.holders.values());
		}
		finally {
			this.mutex.unlock();
		}
		long me = ProcessHandle.current().pid();
		Path path = file.realPath();
		List<LockHolder> shown = (path != null) ? KernelLocks.holders(path, this.protocol) : List.of();
		Stream<LockHolder> others = shown.stream().filter((holder) -> acquirers.isEmpty() || holder.pid() != me);
		return Stream.concat(acquirers.stream().map((thread) -> LockHolder.detached(mode, thread)), others).toList();
	}

	/**
	 * What came of an attempt.
	 */
	enum Outcome {

		/** It is held. */
		ACQUIRED,

		/** Somebody else holds it. */
		REFUSED,

		/** The path does not lead to the file any more. */
		REPLACED

	}

	/**
	 * Somebody in the queue.
	 */
	private static final class Waiter {

		private final LockedFile file;

		/** Signalled when this is the first, or need not wait any more. */
		private final Condition turn;

		Waiter(LockedFile file, Condition turn) {
			this.file = file;
			this.turn = turn;
		}

	}

	/**
	 * A lock by flock(2), in the form of one of the JDK.
	 */
	private static final class LockByFlock extends FileLock {

		private final Flock flock;

		private volatile boolean released;

		LockByFlock(Flock flock, AsynchronousFileChannel channel, boolean shared) {
			super(channel, 0, Long.MAX_VALUE, shared);
			this.flock = flock;
		}

		@Override
		public boolean isValid() {
			return !this.released;
		}

		@Override
		public void release() throws IOException {
			this.flock.unlock();
			this.released = true;
		}

	}

}
