package org.fasteners.sample;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of a counter.
 *
 * @param dataDirectory the directory of the sold seats, which all counters share
 * @param price the price of a seat until it is changed at this counter
 * @param shows the number of seats of each show, by name of the show
 */
@ConfigurationProperties("box-office")
record BoxOfficeProperties(Path dataDirectory, int price, Map<String, Integer> shows) {

	private static final Pattern SHOW_NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

	BoxOfficeProperties {
		shows.forEach((show, seats) -> {
			if (!isShowName(show)) {
				throw new IllegalArgumentException(
						String.format(Locale.ROOT, "The show '%s' needs a name of a-z, 0-9 and single dashes", show));
			}
			if (seats < 1) {
				throw new IllegalArgumentException(
						String.format(Locale.ROOT, "The show '%s' needs at least one seat", show));
			}
		});
		shows = Collections.unmodifiableMap(new TreeMap<>(shows));
	}

	/**
	 * Return whether a show may have this name. Names become file names, so they must not
	 * contain dots or slashes.
	 */
	static boolean isShowName(String name) {
		return SHOW_NAME.matcher(name).matches();
	}

}
