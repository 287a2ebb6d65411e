package org.fasteners.benchmarks;

import java.io.IOException;

import org.fasteners.benchmarks.file.FileContender;
import org.fasteners.benchmarks.file.OpenLock;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The only file lock in a forked JVM, in its own directory.
 */
@State(Scope.Benchmark)
public class FileLockUnderTest extends OpenedFileLock {

	/** The label of a {@link FileContender}. */
	@Param({ "ours", "ours-reader", "ours-fair", "ours-flock", "channel" })
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String lock;

	@Override
	OpenLock openInNewDirectory() throws IOException {
		return FileContender.of(this.lock).openInNewDirectory(null);
	}

}
