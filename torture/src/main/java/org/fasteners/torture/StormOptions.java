package org.fasteners.torture;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What the command line asks for, where it asks for storms.
 *
 * @param storms which kinds, one after another
 * @param seconds how long all of them last together, without the starts
 * @param seed what all random choices derive from
 * @param javaHomes the Javas that run the processes
 */
record StormOptions(List<Storm> storms, int seconds, long seed, List<JavaHome> javaHomes) {

	/** How long each of them lasts. */
	long nanos() {
		return TimeUnit.SECONDS.toNanos(this.seconds) / this.storms.size();
	}

	/** To be typed again. */
	String replay() {
		return String.format(Locale.ROOT, "--storm %s --seconds %d --seed %d",
				this.storms.stream().map(Storm::option).collect(Collectors.joining(",")), this.seconds, this.seed);
	}

}
