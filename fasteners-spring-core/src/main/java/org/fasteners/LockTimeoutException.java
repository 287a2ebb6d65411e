package org.fasteners;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

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

	/** The lock, without what tells about the machine. */
	private final String publicName;

	/** What could not be had, and within which time. */
	private final String summary;

	/** Who held it, in words. */
	private final @Nullable String heldBy;

	/** Each holder, in an array because a list need not be serialisable. */
	private final LockHolder[] holders;

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
		this(lockName, lockName, mode, waited, holders, (name) -> could(name, mode, timeout), method, true);
	}

	private LockTimeoutException(String lockName, String publicName, LockMode mode, Duration waited,
			List<LockHolder> holders, UnaryOperator<String> summary, @Nullable String method, boolean purpose) {
		super(lockName,
				summary.apply(lockName) + ((method != null) ? " in " + method : "") + "; " + end(holders, purpose),
				null);
		this.mode = mode;
		this.waited = waited;
		this.publicName = publicName;
		this.summary = summary.apply(publicName);
		this.heldBy = heldBy(holders);
		this.holders = holders.toArray(new LockHolder[0]);
	}

	/**
	 * Create an exception of somebody who waited for permits of a semaphore:
	 * {@code Could not get 1 of 3 permits of 'reports' within 2s in Reports.print();
	 * held by pid 4242 (java -jar box-office.jar) and 2 more}. Its mode is
	 * {@link LockMode#SHARED}.
	 * @param name the semaphore
	 * @param asked how many permits were asked for
	 * @param permits how many there are in all
	 * @param timeout the longest wait that was allowed
	 * @param waited how long was really waited
	 * @param holders who has permits; empty if that is not known
	 * @param method the method that wanted them, as {@code Type.method()}, or
	 * {@code null}
	 * @return the exception
	 */
	public static LockTimeoutException ofPermits(String name, int asked, int permits, Duration timeout, Duration waited,
			List<LockHolder> holders, @Nullable String method) {
		return new LockTimeoutException(
				name, name, LockMode.SHARED, waited, holders, (given) -> String.format(Locale.ROOT,
						"Could not get %d of %d permits of %s%s", asked, permits, Text.quote(given), limit(timeout)),
				method, false);
	}

	/**
	 * Create an exception for a file that is locked as a whole. Its message has the path
	 * of the file; {@link #summary()} and {@link #publicName()} have its name alone.
	 * @param path the file
	 * @param mode how it was asked for
	 * @param timeout the longest wait that was allowed
	 * @param waited how long was really waited
	 * @param holders the holders; empty if they are not known
	 * @return the exception
	 */
	public static LockTimeoutException ofFile(Path path, LockMode mode, Duration timeout, Duration waited,
			List<LockHolder> holders) {
		Path name = path.getFileName();
		return new LockTimeoutException(path.toString(), (name != null) ? name.toString() : "", mode, waited, holders,
				(given) -> could(given, mode, timeout), null, true);
	}

	private static String could(String name, LockMode mode, Duration timeout) {
		return String.format(Locale.ROOT, "Could not lock %s for %s%s", Text.quote(name), mode.purpose(),
				limit(timeout));
	}

	private static String limit(Duration timeout) {
		return timeout.isZero() ? " at once" : " within " + Text.time(timeout);
	}

	private static String end(List<LockHolder> all, boolean purpose) {
		List<LockHolder> holders = all.stream().filter((holder) -> !holder.waiting()).toList();
		String waiters = words(all.stream().filter(LockHolder::waiting).toList());
		String words = words(holders);
		if (words == null) {
			return (waiters == null) ? "it is not known who holds it"
					: "no holder is known, but the place of the first waiter is held by " + waiters;
		}
		String held = purpose ? String.format(Locale.ROOT, "held for %s by %s", holders.get(0).mode().purpose(), words)
				: "held by " + words;
		return (waiters == null) ? held : held + "; the place of the first waiter is held by " + waiters;
	}

	/** Those that hold the lock, or if there are none, those that wait for it. */
	private static @Nullable String heldBy(List<LockHolder> all) {
		List<LockHolder> holders = all.stream().filter((holder) -> !holder.waiting()).toList();
		return words(holders.isEmpty() ? all : holders);
	}

	private static @Nullable String words(List<LockHolder> holders) {
		if (holders.isEmpty()) {
			return null;
		}
		String first = holders.get(0).description();
		return (holders.size() > 1) ? String.format(Locale.ROOT, "%s and %d more", first, holders.size() - 1) : first;
	}

	/**
	 * What could not be had, and within which time: the message without method and
	 * holders, which tell about the inside of the application.
	 * @return the sentence, for instance
	 * {@code Could not lock 'catalog' for reading within 2s}
	 */
	public String summary() {
		return this.summary;
	}

	/**
	 * The lock as it may be named outside of the application: {@link #lockName()}, except
	 * for a file that is locked as a whole, of which it is the name without its
	 * directory.
	 * @return the name, neither cut nor escaped
	 */
	public String publicName() {
		return this.publicName;
	}

	/**
	 * Who held the lock when the wait ended, as the message says it.
	 * @return for instance {@code pid 4242 (java -jar box-office.jar) and 2 more}; empty
	 * if that is not known
	 */
	public Optional<String> heldBy() {
		return Optional.ofNullable(this.heldBy);
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
	 * The holders of the lock when the wait ended, and then processes that blocked the
	 * queue ({@link LockHolder#waiting()}). Empty if they are not known.
	 * @return the holders
	 */
	public List<LockHolder> holders() {
		return List.of(this.holders);
	}

}
