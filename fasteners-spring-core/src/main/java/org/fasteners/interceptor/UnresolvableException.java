package org.fasteners.interceptor;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * An annotation cannot be resolved, for a reason and with a fix.
 */
final class UnresolvableException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/** What to write instead. */
	private final String fix;

	/**
	 * Create an exception.
	 * @param problem what is wrong, as a clause that follows a colon
	 * @param fix what to write instead, as a clause that follows a colon
	 */
	UnresolvableException(@Nullable String problem, String fix) {
		this(problem, fix, null);
	}

	/**
	 * Create an exception.
	 * @param problem what is wrong, as a clause that follows a colon
	 * @param fix what to write instead, as a clause that follows a colon
	 * @param cause the failure behind it
	 */
	UnresolvableException(@Nullable String problem, String fix, @Nullable Throwable cause) {
		super(String.format(Locale.ROOT, "%s: %s", problem, fix), cause);
		this.fix = StringUtils.capitalize(fix);
	}

	/** What to write instead, as a sentence without its full stop. */
	String fix() {
		return this.fix;
	}

}
