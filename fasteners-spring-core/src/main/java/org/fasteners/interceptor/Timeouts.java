package org.fasteners.interceptor;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Reads the timeouts of annotations.
 */
final class Timeouts {

	private Timeouts() {
	}

	/**
	 * Read a timeout.
	 * @return empty if nothing was said
	 * @throws IllegalArgumentException if it cannot be understood, or is negative
	 */
	static Optional<Duration> parse(String text) {
		String trimmed = text.trim();
		if (trimmed.isEmpty()) {
			return Optional.empty();
		}
		if (trimmed.equals("0")) {
			return Optional.of(Duration.ZERO);
		}
		if (trimmed.matches("-\\d+")) {
			throw negative(text);
		}
		if (trimmed.matches("[+]?\\d+")) {
			throw new UnresolvableException(String.format(Locale.ROOT, "the timeout '%s' has no unit", text),
					String.format(Locale.ROOT, "write '%ss' for seconds or '%sms'", trimmed, trimmed));
		}
		Duration timeout = read(trimmed);
		if (timeout.isNegative()) {
			throw negative(text);
		}
		return Optional.of(timeout);
	}

	private static IllegalArgumentException negative(String text) {
		return new UnresolvableException(String.format(Locale.ROOT, "the timeout '%s' is negative", text),
				"write '0' for one attempt, or leave it out to wait as long as is set for the lock");
	}

	private static Duration read(String text) {
		try {
			return DurationFormatterUtils.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new UnresolvableException(String.format(Locale.ROOT, "the timeout '%s' is not a duration", text),
					"write it as '5s', '250ms' or 'PT1M30S'", ex);
		}
	}

}
