package org.fasteners.boot;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the candidate that a misspelled name most likely stands for.
 */
final class Nearest {

	private static final int FARTHEST = 2;

	private Nearest() {
	}

	/**
	 * Return the candidate with the smallest edit distance, ignoring case and all
	 * characters but letters and digits. At most two edits, and at most one per three
	 * letters, count as similar.
	 */
	static Optional<String> to(String name, Collection<String> candidates) {
		String written = bare(name);
		return candidates.stream()
			.filter((candidate) -> distance(written, bare(candidate)) <= Math.min(FARTHEST, written.length() / 3))
			.min(Comparator.<String>comparingInt((candidate) -> distance(written, bare(candidate)))
				.thenComparing(Comparator.naturalOrder()));
	}

	/** Equal for a name and for what Spring Boot keeps of it without brackets. */
	private static String bare(String name) {
		StringBuilder bare = new StringBuilder();
		name.toLowerCase(Locale.ROOT).codePoints().filter(Character::isLetterOrDigit).forEach(bare::appendCodePoint);
		return bare.toString();
	}

	/** The edit distance (Levenshtein): letters inserted, removed or replaced. */
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
