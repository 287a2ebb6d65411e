package org.fasteners.process.file;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * How somebody wants a file opened and locked.
 *
 * @param protocol the locks to use
 * @param mode how to hold it
 * @param timeout the longest wait; {@code null} for ever
 * @param options all that was given
 */
record FileRequest(LockProtocol protocol, LockMode mode, @Nullable Duration timeout, Set<OpenOption> options) {

	/** What is not done by opening the file, but before or after that. */
	private static final Set<OpenOption> DONE_BY_US = Set.of(StandardOpenOption.CREATE, StandardOpenOption.CREATE_NEW,
			StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.APPEND);

	/**
	 * @throws IllegalArgumentException if these cannot go together
	 * @throws UnsupportedOperationException if that cannot be done
	 */
	static FileRequest of(LockProtocol protocol, OpenOption... options) {
		Set<OpenOption> given = Set.copyOf(List.of(options));
		LockMode mode = given.contains(LockOption.SHARED) ? LockMode.SHARED : LockMode.EXCLUSIVE;
		FileRequest request = new FileRequest(protocol, mode, timeout(given), given);
		request.check();
		return request;
	}

	private static @Nullable Duration timeout(Set<OpenOption> options) {
		Duration timeout = null;
		for (OpenOption option : options) {
			Duration given = (option instanceof LockOption lockOption) ? lockOption.timeout() : null;
			if (given != null && timeout != null) {
				throw new IllegalArgumentException(
						String.format(Locale.ROOT, "There can be one timeout, not both of %s", options));
			}
			timeout = (given != null) ? given : timeout;
		}
		return options.contains(LockOption.NON_BLOCKING) ? Duration.ZERO : timeout;
	}

	private void check() {
		if (has(StandardOpenOption.DELETE_ON_CLOSE)) {
			throw new UnsupportedOperationException(
					"DELETE_ON_CLOSE: whoever waits for the lock of a file that is deleted would get the lock of nothing. Delete the file when nobody uses it any more");
		}
		if (has(StandardOpenOption.APPEND) && has(StandardOpenOption.TRUNCATE_EXISTING)) {
			throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING cannot go together: leave one out");
		}
		if (truncates() && isShared()) {
			throw new IllegalArgumentException(
					"TRUNCATE_EXISTING under a shared lock would take the content from others that share it: leave out TRUNCATE_EXISTING or LockOption.SHARED");
		}
		if (this.protocol == LockProtocol.FCNTL && isShared() && !reads()) {
			throw new IllegalArgumentException(
					"A shared FCNTL lock needs a file that is open for reading: add StandardOpenOption.READ");
		}
		if (this.protocol == LockProtocol.FCNTL && !isShared() && !writes()) {
			throw new IllegalArgumentException(
					"An exclusive FCNTL lock needs a file that is open for writing: add StandardOpenOption.WRITE, or LockOption.SHARED to share the lock with other readers");
		}
	}

	boolean has(OpenOption option) {
		return this.options.contains(option);
	}

	boolean isShared() {
		return this.mode == LockMode.SHARED;
	}

	boolean writes() {
		return has(StandardOpenOption.WRITE) || appends();
	}

	boolean appends() {
		return has(StandardOpenOption.APPEND);
	}

	/** As the JDK has it: for reading, if nothing is said. */
	boolean reads() {
		return has(StandardOpenOption.READ) || !writes();
	}

	/** As the JDK has it: not if the file is only read. */
	boolean creates() {
		return writes() && (has(StandardOpenOption.CREATE) || has(StandardOpenOption.CREATE_NEW));
	}

	boolean truncates() {
		return writes() && has(StandardOpenOption.TRUNCATE_EXISTING);
	}

	/** The longest wait in nanoseconds. */
	long nanos() {
		return (this.timeout != null) ? TimeUnit.NANOSECONDS.convert(this.timeout) : Long.MAX_VALUE;
	}

	LinkOption[] links() {
		return has(LinkOption.NOFOLLOW_LINKS) ? new LinkOption[] { LinkOption.NOFOLLOW_LINKS } : new LinkOption[0];
	}

	/** With what the channel is opened, of a file that exists. */
	Set<OpenOption> forChannel() {
		Set<OpenOption> passed = new HashSet<>(this.options);
		passed.removeIf((option) -> option instanceof LockOption || DONE_BY_US.contains(option));
		if (reads()) {
			passed.add(StandardOpenOption.READ);
		}
		if (writes()) {
			passed.add(StandardOpenOption.WRITE);
		}
		return Set.copyOf(passed);
	}

}
