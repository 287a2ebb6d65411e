package org.fasteners;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Lock annotations stand where they cannot lock, or settings of locks are wrong or have
 * no effect. Thrown while the application starts, so that no method runs unguarded; it
 * lists everything that was found. Also thrown by a call whose result turns out to be a
 * future or publisher whose work is not done: the lock is released, and nothing is
 * cancelled.
 */
public final class LockMisuseException extends RuntimeException {

	/** What was found, at least one. */
	private final Finding[] findings;

	/**
	 * Create an exception.
	 * @param findings what was found, at least one
	 */
	public LockMisuseException(List<Finding> findings) {
		super(findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
		this.findings = findings.toArray(new Finding[0]);
	}

	/**
	 * What was found.
	 * @return the findings
	 */
	public List<Finding> findings() {
		return List.of(this.findings);
	}

	/**
	 * One annotation that cannot lock, or one setting that is wrong or has no effect.
	 *
	 * @param bean the name of the bean; {@code null} for a setting
	 * @param place the method or class, as {@code Type.method()}, or the name of the
	 * setting
	 * @param cause why it cannot lock there, is wrong or has no effect
	 * @param fix what to do instead
	 * @serial exclude
	 */
	@SuppressWarnings("InvalidBlockTag") // Javadoc knows @serial exclude for types
	public record Finding(@Nullable String bean, String place, String cause, String fix) implements Serializable {

		@Override
		public String toString() {
			String where = (this.bean != null) ? String.format(Locale.ROOT, "Bean '%s', %s", this.bean, this.place)
					: this.place;
			return String.format(Locale.ROOT, "%s: %s. %s.", where, this.cause, this.fix);
		}

	}

}
