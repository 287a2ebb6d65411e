package org.fasteners.boot;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what somebody may have meant.
 */
final class Nearest {

	private static final int FARTHEST = 2;

	private Nearest() {
	}

	/**
	 * The name that differs least: in its case and in what is neither letter nor digit,
	 * or else in a letter or two of six.
	 */
	static Optional<String> to(String name, Collection<String> candidates) {
		String written = bare(name);
		return candidates.stream()
			.filter((candidate) -> distance(written, bare(candidate)) <= Math.min(FARTHEST, written.length() / 3))
			.min(Comparator.<String>comparingInt((candidate) -> distance(written, bare(candidate)))
				.thenComparing(Comparator.naturalOrder()));
	}

	/** Alike with and without what gets lost for want of brackets. */
	private static String bare(String name) {
		StringBuilder bare = new StringBuilder();
		name.toLowerCase(Locale.ROOT).codePoints().filter(Character::isLetterOrDigit).forEach(bare::appendCodePoint);
		return bare.toString();
	}

	/** How many letters must be inserted, removed or replaced. */
	private static int distance(String from, String to) {
		int[] row = new int[to.length() + 1];
		for (int j = 0; j <= to.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replaced = diagonal + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[to.length()];
	}

}
