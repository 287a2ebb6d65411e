package org.fasteners;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The lock was not had in time. Nothing is held. The message names the lock, how long was
 * waited, for which method, and who holds it:
 * {@code Could not lock 'catalog' for reading within 2s in CatalogService.reload(); held
 * for writing by pid 4242 (java -jar box-office.jar)}.
 */
public final class LockTimeoutException extends LockException {

	/** How the lock was asked for. */
	private final LockMode mode;

	/** How long was waited. */
	private final Duration waited;

	private final transient List<LockHolder> holders;

	/**
	 * Create an exception.
	 * @param lockName the lock
	 * @param mode how it was asked for
	 * @param timeout the longest wait that was allowed
	 * @param waited how long was really waited
	 * @param holders who holds it; empty if that is not known
	 * @param method the method that wanted the lock, as {@code Type.method()}, or
	 * {@code null}
	 */
	public LockTimeoutException(String lockName, LockMode mode, Duration timeout, Duration waited,
			List<LockHolder> holders, @Nullable String method) {
		super(lockName, message(lockName, mode, timeout, holders, method), null);
		this.mode = mode;
		this.waited = waited;
		this.holders = List.copyOf(holders);
	}

	private static String message(String lockName, LockMode mode, Duration timeout, List<LockHolder> holders,
			@Nullable String method) {
		StringBuilder message = new StringBuilder("Could not lock ").append(Text.quote(lockName))
			.append(" for ")
			.append(mode.purpose())
			.append(timeout.isZero() ? " at once" : " within " + Text.time(timeout));
		if (method != null) {
			message.append(" in ").append(method);
		}
		if (holders.isEmpty()) {
			return message.append("; it is not known who holds it").toString();
		}
		LockHolder first = holders.get(0);
		message.append("; held for ").append(first.mode().purpose()).append(" by ").append(first.description());
		if (holders.size() > 1) {
			message.append(" and ").append(holders.size() - 1).append(" more");
		}
		return message.toString();
	}

	/**
	 * How the lock was asked for.
	 * @return the mode
	 */
	public LockMode mode() {
		return this.mode;
	}

	/**
	 * How long was waited, by the monotonic clock.
	 * @return the time
	 */
	public Duration waited() {
		return this.waited;
	}

	/**
	 * Who held the lock when the wait ended. Empty if that is not known, and after
	 * deserialisation.
	 * @return the holders
	 */
	public List<LockHolder> holders() {
		// a transient field is null after deserialisation
		List<LockHolder> known = this.holders;
		return (known != null) ? known : List.of();
	}

}
