package org.fasteners.process.file;

import java.io.IOException;
import java.util.List;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockPreference;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.jspecify.annotations.Nullable;

/**
 * One lock in a lock file, that of its path or of a key, as this JVM holds it.
 */
final class FileRangeLock implements EngineLock {

	/*-
	 * The bytes of the lock of a path; those of a key are the same further on:
	 *
	 *   +0       D  data       a reader, shared
	 *   +2       U  update     an update hold, exclusively
	 *   +0..+2   in ONE range  a writer, exclusively
	 *   +4       T  turnstile  those who wait, so that other processes see it
	 *   +5       T' upgrade    an updater that waits to write, exclusively, for the same
	 *   +6       specimen      shared, by who looks whether the kernel shows its locks
	 *
	 * Exclusion. A writer has D and U, a reader D shared, an update hold U: so writers
	 * exclude everybody, updaters one another, and readers go beside updaters. An upgrade
	 * adds D to U, so that the update hold excludes all writers for the whole time: no
	 * writer comes in between, in whatever preference it was asked for, since no writer
	 * does without U. D may be held shared before by this JVM itself, as a read hold of
	 * the updater, and the JDK cannot convert a range. That hold is given back first; no
	 * writer can use the gap, because it lacks U. T plays no part in any of this. Python's
	 * fasteners locks the whole file, and so excludes all of these, as they do it; a reader
	 * of it excludes update holds as well.
	 *
	 * Order. Record locks have no queue, so those who wait try again and again, and
	 * whoever tries often enough would keep them out for ever. Under WRITER and FAIR
	 *
	 *  - a writer that waits holds T exclusively, and makes its attempts only while it
	 *    does. It lets T go as soon as it has won, so that the next one can announce
	 *    itself; if it kept T while it writes, nobody else could, and two processes in
	 *    tight loops would share 1 : 6 instead of 1 : 1;
	 *  - an updater that waits holds T shared, because it must not hold up readers;
	 *  - a reader that waits holds T shared under FAIR. Under WRITER it only looks at T
	 *    before each attempt, and so may starve beside two busy processes that write;
	 *  - whoever does not wait yet looks at T if that has not been done for 1 ms, and is
	 *    refused if somebody waits. So nobody is barged past for longer than that by any
	 *    one process, and whoever is alone makes two system calls and no more;
	 *  - an updater that waits to write holds T', because another one that waits to update
	 *    may have T for as long as this one takes; everybody who looks at T looks at both;
	 *  - who joins readers of its own process looks at T as often (isWanted), for else
	 *    readers that overlap would keep the lock for ever.
	 *
	 * Who is about to write or to update looks exclusively, and so sees those who hold T
	 * shared as well. A look takes T for a microsecond; two looks that meet make one of
	 * them wait for no reason, once.
	 *
	 * Nobody waits for T while it holds D or U: writers in the queue hold neither, and an
	 * upgrade takes T' if it is free and goes on without it if not. So T closes no circle.
	 * Somebody who is stopped while it holds T stops all who look at it, as a stopped
	 * holder would; when it dies the kernel releases T.
	 *
	 * If the file is replaced, those who wait notice within 10 ms (enter, revisit) and go
	 * over to the new one.
	 */

	private static final int READER_BYTES = 1;

	private static final int WRITER_BYTES = 3;

	private static final int UPDATE = 2;

	private static final int TURNSTILE = 4;

	private static final int SPECIMEN = 6;

	private final LockFile file;

	private final String name;

	private final long first;

	private final KeyFiles.@Nullable Mark mark;

	private final boolean orderly;

	private final HeldRange data;

	private final HeldRange update;

	private final HeldRange all;

	private final Turnstile turnstile;

	/** Whether the last attempt was refused: the file may have changed since. */
	private boolean refused;

	/**
	 * @param mark what has to be so before the lock is taken; {@code null} if it is not
	 * that of a key
	 */
	FileRangeLock(LockFile file, String name, long first, LockPreference preference, KeyFiles.@Nullable Mark mark) {
		this.file = file;
		this.name = name;
		this.first = first;
		this.mark = mark;
		this.orderly = preference != LockPreference.READER;
		this.data = new HeldRange(file, first, READER_BYTES);
		this.update = new HeldRange(file, first + UPDATE, 1);
		this.all = new HeldRange(file, first, WRITER_BYTES);
		this.turnstile = new Turnstile(file, first + TURNSTILE, preference == LockPreference.FAIR);
	}

	/**
	 * Not a record: the JDK keeps the class, and so the class loader, of the record that
	 * was compared last (a type in a cache of {@code java.lang.runtime.ObjectMethods}).
	 */
	@Override
	public Object identity() {
		return List.of(this.file.identity(), this.first);
	}

	@Override
	public String name() {
		return this.name;
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
		try {
			releaseStuck();
			long now = System.nanoTime();
			if (this.mark != null) {
				this.mark.require(now);
			}
			boolean taken = mayTry(mode, attempt, now)
					&& range(mode).tryLock(mode == LockMode.SHARED, this.refused, now);
			this.refused = !taken;
			if (taken && attempt == Attempt.WAITING) {
				leaveTurnstile(mode);
			}
			return taken;
		}
		catch (IOException ex) {
			throw this.file.failure(this.name, ex);
		}
	}

	private boolean mayTry(LockMode mode, Attempt attempt, long now) throws IOException {
		boolean upgrade = mode == LockMode.EXCLUSIVE && this.update.isHeld();
		if (upgrade && this.update.isWorthless()) {
			throw new LockPathException(path(),
					"the file was replaced while it was held for update, so that others may write", null);
		}
		if (attempt == Attempt.WAITING) {
			this.file.revisit();
			return !this.orderly || mayTryAgain(mode, upgrade);
		}
		return attempt == Attempt.BARGING || !this.orderly || this.turnstile.letsPass(mode, now);
	}

	private boolean mayTryAgain(LockMode mode, boolean upgrade) throws IOException {
		if (upgrade) {
			this.turnstile.enterToUpgrade();
			return true;
		}
		return this.turnstile.enter(mode);
	}

	/** The lock is taken: what fails now must not lose it. */
	private void leaveTurnstile(LockMode mode) throws IOException {
		try {
			this.turnstile.leave(mode);
		}
		catch (IOException ex) {
			range(mode).release();
			throw ex;
		}
	}

	private HeldRange range(LockMode mode) {
		return switch (mode) {
			case SHARED -> this.data;
			case UPDATE -> this.update;
			case EXCLUSIVE -> this.update.isHeld() ? this.data : this.all;
		};
	}

	@Override
	public void stopWaiting(LockMode mode) {
		try {
			this.turnstile.leave(mode);
		}
		catch (IOException ex) {
			throw new LockEngineException(this.name, "stop waiting for", ex);
		}
	}

	@Override
	public void release(LockMode mode) {
		try {
			range(mode).release();
		}
		catch (IOException ex) {
			throw new LockEngineException(this.name, "release", ex);
		}
	}

	private void releaseStuck() throws IOException {
		this.data.releaseIfStuck();
		this.update.releaseIfStuck();
		this.all.releaseIfStuck();
	}

	@Override
	public void releaseAgain() {
		try {
			releaseStuck();
		}
		catch (IOException ex) {
			throw new LockEngineException(this.name, "release", ex);
		}
	}

	@Override
	public boolean isWanted() {
		try {
			return this.data.isWorthless()
					|| (this.orderly && !this.turnstile.letsPass(LockMode.SHARED, System.nanoTime()));
		}
		catch (IOException ex) {
			throw new LockEngineException(this.name, "look who waits for", ex);
		}
	}

	@Override
	public LockState verify() {
		try {
			return HeldRange.verify(List.of(this.data, this.update, this.all),
					new HeldRange(this.file, this.first + SPECIMEN, 1));
		}
		catch (IOException ex) {
			throw new LockEngineException(this.name, "verify", ex);
		}
	}

	@Override
	public List<LockHolder> holders() {
		return this.file.holders(this.first, this.first + WRITER_BYTES - 1);
	}

	@Override
	public List<LockHolder> waiters() {
		return this.orderly ? this.file.waiters(this.first + TURNSTILE, this.first + TURNSTILE + 1) : List.of();
	}

}
