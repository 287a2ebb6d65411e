package org.fasteners.benchmarks.file;

import java.util.Locale;

/**
 * The result of one round of a loop of pairs.
 *
 * @param lock the name of the lock
 * @param version the version of the lock or of its runtime
 * @param mode exclusive or shared
 * @param nanos nanoseconds per acquisition and release
 */
record PairTime(String lock, String version, String mode, double nanos) {

	/**
	 * Parse a line that a loop has printed.
	 * @param line the four values, separated by tabs
	 * @return the round
	 * @throws IllegalArgumentException if the line is something else
	 */
	static PairTime parse(String line) {
		String[] fields = line.split("\t", -1);
		if (fields.length != 4) {
			throw new IllegalArgumentException(String.format(Locale.ROOT, "'%s' is not a result of a loop", line));
		}
		return new PairTime(fields[0], fields[1], fields[2], Double.parseDouble(fields[3]));
	}

	String toLine() {
		return String.join("\t", this.lock, this.version, this.mode, Double.toString(this.nanos));
	}

}
