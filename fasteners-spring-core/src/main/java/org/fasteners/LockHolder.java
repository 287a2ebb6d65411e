package org.fasteners;

import java.io.Serializable;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who holds a lock. For people to read: by the time it is read it may no longer
 * be true.
 *
 * @param mode how the lock is held
 * @param pid the process; 0 for a process that this one cannot see, as one of another
 * container
 * @param owner the holder within this JVM in a few words, for instance
 * {@code thread 'worker-3'}; {@code null} if it is another process
 * @param program the executable and, for a JVM, its jar or main class; never another
 * argument, because command lines carry secrets
 * @param started when the process began, which tells it from another one that gets the
 * same pid later
 * @param waiting whether it does not hold the lock itself, but the place of the first
 * waiter, without which other processes make no attempt
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // Javadoc knows @serial exclude for types
public record LockHolder(LockMode mode, long pid, @Nullable String owner, @Nullable String program,
		@Nullable Instant started, boolean waiting) implements Serializable {

	/**
	 * Create a holder.
	 * @param mode how the lock is held
	 * @param pid the process, or 0
	 * @param owner the holder within this JVM, or {@code null}
	 * @param program the executable and its jar or main class, or {@code null}
	 * @param started when the process began, or {@code null}
	 * @param waiting whether it blocks the queue of the lock without holding the lock
	 */
	public LockHolder {
		Objects.requireNonNull(mode, "mode");
	}

	/**
	 * Create a holder that has the lock.
	 * @param mode how the lock is held
	 * @param pid the process, or 0
	 * @param owner the holder within this JVM, or {@code null}
	 * @param program the executable and its jar or main class, or {@code null}
	 * @param started when the process began, or {@code null}
	 */
	public LockHolder(LockMode mode, long pid, @Nullable String owner, @Nullable String program,
			@Nullable Instant started) {
		this(mode, pid, owner, program, started, false);
	}

	/**
	 * The same process as one that blocks the queue of the lock without holding the lock.
	 * @return the waiter
	 */
	public LockHolder asWaiter() {
		return new LockHolder(this.mode, this.pid, this.owner, this.program, this.started, true);
	}

	/**
	 * An owner in this JVM.
	 * @param mode how it holds the lock
	 * @param owner the thread, or what an owner supplier returned
	 * @return the holder
	 */
	public static LockHolder local(LockMode mode, Object owner) {
		Objects.requireNonNull(owner, "owner");
		return local(mode, words(owner));
	}

	/**
	 * A hold in this JVM that was detached from its owner.
	 * @param mode how the lock is held
	 * @param acquirer who acquired it: the thread, or what an owner supplier returned
	 * @return the holder
	 */
	public static LockHolder detached(LockMode mode, Object acquirer) {
		Objects.requireNonNull(acquirer, "acquirer");
		return local(mode,
				"a detached hold of " + ((acquirer instanceof Thread thread) ? named(thread) : words(acquirer)));
	}

	private static LockHolder local(LockMode mode, String owner) {
		return new LockHolder(mode, ProcessHandle.current().pid(), owner, null, null);
	}

	private static String words(Object owner) {
		if (owner instanceof Thread thread) {
			return thread.isAlive() ? named(thread) : named(thread) + ", which has ended without releasing it";
		}
		return "owner " + Text.quote(String.valueOf(owner));
	}

	private static String named(Thread thread) {
		return "thread " + Text.quote(thread.getName());
	}

	/**
	 * The holder in a few words, for instance {@code thread 'worker-3'} or
	 * {@code pid 4242 (java -jar box-office.jar)}.
	 * @return the words
	 */
	public String description() {
		if (this.owner != null) {
			return this.owner;
		}
		if (this.pid == 0) {
			return "a process of another container";
		}
		return (this.program != null) ? String.format(Locale.ROOT, "pid %d (%s)", this.pid, Text.plain(this.program))
				: "pid " + this.pid;
	}

}
