package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a whole file by {@code flock(2)}, as this JVM holds it.
 */
final class FlockLock implements EngineLock {

	/*-
	 * The JVM has one descriptor for this, so that it holds the lock once, shared or
	 * exclusively; the gate asks for one of them only while it has not the other, so a
	 * lock is never converted, which flock(2) would do in two steps.
	 *
	 * The file itself is opened, created and watched as that of record locks (LockFile):
	 * also with flock(2) a lock of a file that was replaced excludes nobody who comes now.
	 *
	 * The descriptor stays open while the lock is held or an attempt is made, and is closed
	 * by another thread only in between (closeIfIdle): `busy` is locked during each. Closing
	 * it is a matter of SharedFile, since it would drop record locks of the file.
	 *
	 * Order. There is one lock of a file and no other byte, so we cannot show that we
	 * wait. But others wait in the kernel (flock(1) does), and have the lock soon after it
	 * is released, however soon we ask for it again: a process in a tight loop let them in
	 * within some milliseconds. Readers of one process that overlap would never release
	 * it. So a reader that joins them asks every 10 ms whether there is a process that waits,
	 * which Linux shows. The kernel's table is read by another thread (FlockWaiters), because
	 * isWanted() is called under the mutex of the gate. If there is a waiter, all readers
	 * have to leave before the next one reads.
	 *
	 * Whoever tries now and then instead of waiting in the kernel, as we do ourselves, is
	 * not seen, and gets the lock when it happens to be free.
	 */

	private static final int MOST_REPLACEMENTS = 100;

	private static final long LOOK_IS_FRESH = TimeUnit.MILLISECONDS.toNanos(10);

	private final LockFile file;

	private final OpenFlocks descriptors;

	/** Guards the descriptor. */
	private final ReentrantLock busy = new ReentrantLock();

	private @Nullable Flock flock;

	/** Whether it is one of those that may be closed. */
	private boolean listed;

	/** Of the file that was opened last. Volatile for {@link #verify()}. */
	private volatile @Nullable Object identity;

	/** How it is held, if it is. Volatile for {@link #verify()}. */
	private volatile @Nullable LockMode held;

	/** When it was asked whether a process waits, or the lock was taken. */
	private long lookedAt;

	/** What the answer was since the lock was taken. */
	private volatile boolean waitedFor;

	/** Whether the last attempt was refused: the file may have changed since. */
	private boolean refused;

	FlockLock(LockFile file, OpenFlocks descriptors) {
		this.file = file;
		this.descriptors = descriptors;
	}

	@Override
	public Object identity() {
		return List.of("flock", this.file.identity());
	}

	@Override
	public String name() {
		return this.file.path();
	}

	@Override
	public String path() {
		return this.file.path();
	}

	@Override
	public boolean exists() {
		return this.file.exists();
	}

	@Override
	public boolean tryAcquire(LockMode mode, Attempt attempt) {
		if (mode == LockMode.UPDATE) {
			throw FileLockEngine.needsRecordLocks(String.format(Locale.ROOT, "An update hold of '%s'", path()));
		}
		this.busy.lock();
		try {
			boolean taken = tryLock(mode, System.nanoTime());
			this.refused = !taken;
			return taken;
		}
		catch (IOException ex) {
			throw this.file.failure(name(), ex);
		}
		finally {
			this.busy.unlock();
			if (this.flock != null && !this.listed) {
				this.listed = true;
				this.descriptors.add(this);
			}
			closeIfUnneeded();
		}
	}

	private boolean tryLock(LockMode mode, long now) throws IOException {
		boolean look = this.refused;
		if (look) {
			this.file.revisit();
		}
		for (int i = 0; i < MOST_REPLACEMENTS; i++) {
			Flock current = current();
			if (!current.tryLock(mode == LockMode.SHARED)) {
				return false;
			}
			if (keep(current, mode, look, now)) {
				return true;
			}
			look = true;
		}
		throw new LockPathException(path(), "the file is replaced faster than it can be locked", null);
	}

	/** The file to which the path leads, as far as that is known. */
	private Flock current() throws IOException {
		for (int i = 0; i < MOST_REPLACEMENTS; i++) {
			Object now = this.file.locate();
			Flock known = this.flock;
			if (known != null && now.equals(this.identity)) {
				return known;
			}
			abandon();
			Flock opened = open();
			if (this.file.isStill(now, true, System.nanoTime()) && opened != null) {
				this.flock = opened;
				this.identity = now;
				return opened;
			}
			if (opened != null) {
				closeUnknown(opened);
			}
		}
		throw new LockPathException(path(), "the file is replaced faster than it can be opened", null);
	}

	/** Returns {@code null} if the file is missing. */
	private @Nullable Flock open() throws IOException {
		for (int i = 0; true; i++) {
			try {
				return Flock.open(this.file.file(), true);
			}
			catch (NoSuchFileException ex) {
				return null;
			}
			catch (FileSystemException ex) {
				// Perhaps for want of descriptors
				if (i > 0 || ex.getClass() != FileSystemException.class) {
					throw DescriptorLimit.explain(ex);
				}
				this.descriptors.closeIdle(0);
			}
		}
	}

	/**
	 * Close a descriptor that may be of any file. To be called without any mutex.
	 * @return {@code false} if it stays open, as it is not known of which file it is
	 */
	static boolean closeUnknown(Flock flock) throws IOException {
		Object identity = flock.identity();
		if (identity != null) {
			SharedFile.close(identity, flock);
		}
		return identity != null;
	}

	/** Keep a lock if it is one of the right file, and release it in every other case. */
	private boolean keep(Flock locked, LockMode mode, boolean look, long now) throws IOException {
		boolean kept = false;
		try {
			kept = this.file.isStill(identityOfOpened(), look, now);
			if (kept) {
				this.held = mode;
				this.lookedAt = now;
				this.waitedFor = false;
			}
			return kept;
		}
		finally {
			if (!kept) {
				locked.unlock();
			}
		}
	}

	private Object identityOfOpened() {
		return Objects.requireNonNull(this.identity);
	}

	/** Let go of a file that was replaced. */
	private void abandon() throws IOException {
		Flock old = this.flock;
		Object oldIdentity = this.identity;
		this.flock = null;
		this.identity = null;
		if (old != null && oldIdentity != null) {
			this.listed = false;
			this.descriptors.remove(this);
			SharedFile.close(oldIdentity, old);
		}
	}

	private void closeIfUnneeded() {
		if (this.held == null && this.flock != null && this.descriptors.closesIdle()) {
			closeIfIdle();
		}
	}

	/** Close the descriptor if the lock is not held and no attempt is made. */
	void closeIfIdle() {
		if (!this.busy.tryLock()) {
			return;
		}
		try {
			if (this.held == null) {
				abandon();
			}
		}
		catch (IOException ex) {
			SharedFile.logFailure(path(), ex);
		}
		finally {
			this.busy.unlock();
		}
	}

	@Override
	public void stopWaiting(LockMode mode) {
		// nobody was told that anybody waits
	}

	@Override
	public void release(LockMode mode) {
		this.busy.lock();
		try {
			Flock locked = this.flock;
			this.held = null;
			if (locked != null) {
				locked.unlock();
			}
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "release", ex);
		}
		finally {
			this.busy.unlock();
		}
		closeIfUnneeded();
	}

	/** To unlock a file that is not locked does nothing. */
	@Override
	public void releaseAgain() {
		if (this.held == null) {
			release(LockMode.EXCLUSIVE);
		}
	}

	@Override
	public boolean isWanted() {
		try {
			long now = System.nanoTime();
			return !this.file.isStill(identityOfOpened(), false, now) || isWaitedFor(now);
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "look who waits for", ex);
		}
	}

	private boolean isWaitedFor(long now) {
		if (now - this.lookedAt >= LOOK_IS_FRESH) {
			this.lookedAt = now;
			FlockWaiters.ask(this);
		}
		return this.waitedFor;
	}

	/** The identity of the file that was opened last. */
	@Nullable Object opened() {
		return this.identity;
	}

	/** Whether a process waits in the kernel: the answer to what was asked. */
	void answer(boolean waiting) {
		this.waitedFor = waiting;
	}

	@Override
	public LockState verify() {
		LockMode mode = this.held;
		Object opened = this.identity;
		if (mode == null || opened == null) {
			return LockState.NOT_HELD;
		}
		try {
			if (!this.file.isStill(opened, true, System.nanoTime())) {
				return LockState.LOST;
			}
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "verify", ex);
		}
		LockState shown = KernelLocks.shown(this.file.file(), LockProtocol.FLOCK, mode == LockMode.EXCLUSIVE);
		return (shown == LockState.HELD) ? LockState.HELD : LockState.UNKNOWN;
	}

	@Override
	public List<LockHolder> holders() {
		return KernelLocks.holders(this.file.file(), LockProtocol.FLOCK);
	}

}
