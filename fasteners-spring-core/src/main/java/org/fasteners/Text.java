package org.fasteners;

import java.time.Duration;
import java.util.Locale;

/**
 * How names and times read in messages. A name may come from anywhere, so it is escaped
 * and cut before it reaches a log.
 */
final class Text {

	private static final int LONGEST = 80;

	private Text() {
	}

	static String quote(String name) {
		return "'" + plain(name) + "'";
	}

	static String plain(String name) {
		StringBuilder text = new StringBuilder();
		name.codePoints().limit(LONGEST).forEach((c) -> {
			if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
					|| Character.getType(c) == Character.SURROGATE || c == 0x2028 || c == 0x2029) {
				text.append("\\u").append(String.format(Locale.ROOT, "%04x", c));
			}
			else {
				text.appendCodePoint(c);
			}
		});
		return (name.codePointCount(0, name.length()) > LONGEST) ? text + "..." : text.toString();
	}

	/**
	 * A time as people write it: {@code 2s}, {@code 1m30s}, {@code 250ms}, {@code 1.5s}.
	 */
	static String time(Duration duration) {
		if (duration.isZero()) {
			return "0s";
		}
		if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
			long millis = duration.toMillis();
			return (millis > 0) ? millis + "ms" : duration.toNanos() / 1000 + "us";
		}
		Duration rounded = Duration.ofMillis(duration.toMillis());
		return rounded.toString().substring(2).replaceFirst("(\\.\\d+?)0+S", "$1S").toLowerCase(java.util.Locale.ROOT);
	}

}
