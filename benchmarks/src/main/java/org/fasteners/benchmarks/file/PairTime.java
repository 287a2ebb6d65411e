package org.fasteners.benchmarks.file;

import java.util.Locale;

/**
 * What one round of a loop of pairs found.
 *
 * @param lock the name of the lock
 * @param version its version, or that of what ran it
 * @param mode exclusive or shared
 * @param nanos nanoseconds per acquisition and release
 */
record PairTime(String lock, String version, String mode, double nanos) {

	/**
	 * Read what a loop has printed.
	 * @param line the four values, separated by tabs
	 * @return the round
	 * @throws IllegalArgumentException if it is something else
	 */
	static PairTime parse(String line) {
		String[] fields = line.split("\t", -1);
		if (fields.length != 4) {
			throw new IllegalArgumentException(String.format(Locale.ROOT, "'%s' is no result of a loop", line));
		}
		return new PairTime(fields[0], fields[1], fields[2], Double.parseDouble(fields[3]));
	}

	String toLine() {
		return String.join("\t", this.lock, this.version, this.mode, Double.toString(this.nanos));
	}

}
