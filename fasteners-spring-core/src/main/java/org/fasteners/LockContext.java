package org.fasteners;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The locks under which a method runs: those that annotated methods hold for the calling
 * thread, the outermost first. Locks that code acquires by itself are not among them.
 * <p>
 * Immutable, and thread-safe.
 *
 * @param locks the locks, in the order in which they were acquired
 */
public record LockContext(List<Held> locks) {

	/**
	 * Create a context.
	 * @param locks the locks, in the order in which they were acquired
	 */
	public LockContext {
		locks = List.copyOf(Objects.requireNonNull(locks, "locks"));
	}

	/**
	 * What the calling thread holds by annotations at this moment.
	 * @return a snapshot; without locks if there are none
	 */
	public static LockContext current() {
		return new LockContext(LockSections.ofThread().held());
	}

	/**
	 * A lock of that name, the innermost if there are several.
	 * @param name the name or path, as the annotation has it with its placeholders
	 * replaced
	 * @return the lock; empty if it is not held
	 */
	public Optional<Held> lock(String name) {
		Objects.requireNonNull(name, "name");
		return this.locks.stream().filter((held) -> held.name().equals(name)).reduce((outer, inner) -> inner);
	}

	/**
	 * A lock that is held by an annotation.
	 *
	 * @param name the name or path that the annotation gives; for the lock of a bean
	 * instance a name that was made up for it
	 * @param key the value of its key as a text, or {@code null} if it has none
	 * @param mode how it is held
	 * @param waited how long was waited for it: zero if it was had at once; never quite
	 * zero for a lock of another library
	 */
	public record Held(String name, @Nullable String key, LockMode mode, Duration waited) {

		/** With name and key as in messages: cut, and control characters escaped. */
		@Override
		public String toString() {
			return String.format(Locale.ROOT, "Held[name=%s, key=%s, mode=%s, waited=%s]", Text.quote(this.name),
					(this.key != null) ? Text.quote(this.key) : null, this.mode, this.waited);
		}

	}

}
