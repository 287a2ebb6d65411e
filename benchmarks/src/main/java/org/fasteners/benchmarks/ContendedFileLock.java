package org.fasteners.benchmarks;

import java.io.IOException;

import org.fasteners.benchmarks.file.FileContender;
import org.fasteners.benchmarks.file.OpenLock;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The file lock for which the threads of a forked JVM contend. No other process takes
 * part, so a lock between threads alone is compared as well.
 */
@State(Scope.Benchmark)
public class ContendedFileLock extends OpenedFileLock {

	/** The label of a {@link FileContender}. */
	@Param({ "ours", "ours-reader", "ours-fair", "ours-flock", "channel", "reentrant" })
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String lock;

	/**
	 * The work of a section, in units of JMH's {@code Blackhole} of a few nanoseconds
	 * each: almost none, and about 0.4 microseconds.
	 */
	@Param({ "0", "260" })
	public int work;

	@Override
	OpenLock openInNewDirectory() throws IOException {
		return FileContender.of(this.lock).openInNewDirectory(null);
	}

}
