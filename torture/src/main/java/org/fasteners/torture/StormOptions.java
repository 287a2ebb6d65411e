package org.fasteners.torture;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The options of a run with storms.
 *
 * @param storms the storms, which run one after another
 * @param seconds the duration of all storms together in seconds, without the starts
 * @param seed the seed of all random choices
 * @param javaHomes the Java installations that run the processes
 */
record StormOptions(List<Storm> storms, int seconds, long seed, List<JavaHome> javaHomes) {

	/** The duration of each storm, in nanoseconds. */
	long nanos() {
		return TimeUnit.SECONDS.toNanos(this.seconds) / this.storms.size();
	}

	/** Return the options that reproduce the run. */
	String replay() {
		return String.format(Locale.ROOT, "--storm %s --seconds %d --seed %d",
				this.storms.stream().map(Storm::option).collect(Collectors.joining(",")), this.seconds, this.seed);
	}

}
