package org.fasteners;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who holds a lock. For people to read: by the time it is read it may no longer
 * be true.
 *
 * @param mode how the lock is held
 * @param pid the process; 0 for a process that this one cannot see, as one of another
 * container
 * @param thread the name of the holding thread if it belongs to this JVM
 * @param program the executable and, for a JVM, its jar or main class; never another
 * argument, because command lines carry secrets
 * @param started when the process began, which tells it from another one that gets the
 * same pid later
 */
public record LockHolder(LockMode mode, long pid, @Nullable String thread, @Nullable String program,
		@Nullable Instant started) {

	/**
	 * A thread of this JVM.
	 * @param mode how it holds the lock
	 * @param thread the thread
	 * @return the holder
	 */
	public static LockHolder thread(LockMode mode, Thread thread) {
		return new LockHolder(mode, ProcessHandle.current().pid(), thread.getName(), null, null);
	}

	/**
	 * The holder in a few words, for instance {@code thread 'worker-3'} or
	 * {@code pid 4242 (java -jar box-office.jar)}.
	 * @return the words
	 */
	public String description() {
		if (this.thread != null) {
			return "thread " + Text.quote(this.thread);
		}
		if (this.pid == 0) {
			return "a process of another container";
		}
		return (this.program != null) ? "pid %d (%s)".formatted(this.pid, Text.plain(this.program)) : "pid " + this.pid;
	}

}
