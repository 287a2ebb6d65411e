package org.fasteners;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Lock annotations stand where they cannot lock. Thrown while the application starts, so
 * that no method runs unguarded; it lists everything that was found.
 */
public final class LockMisuseException extends RuntimeException {

	private final transient List<Finding> findings;

	/**
	 * Create an exception.
	 * @param findings what was found, at least one
	 */
	public LockMisuseException(List<Finding> findings) {
		super(findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
		this.findings = List.copyOf(findings);
	}

	/**
	 * What was found.
	 * @return the findings
	 */
	public List<Finding> findings() {
		return this.findings;
	}

	/**
	 * One annotation that cannot lock.
	 *
	 * @param bean the name of the bean
	 * @param place the method or class, as {@code Type.method()}
	 * @param cause why it cannot lock there
	 * @param fix what to do instead
	 */
	public record Finding(String bean, String place, String cause, String fix) {

		@Override
		public String toString() {
			return "Bean '%s', %s: %s. %s.".formatted(this.bean, this.place, this.cause, this.fix);
		}

	}

}
