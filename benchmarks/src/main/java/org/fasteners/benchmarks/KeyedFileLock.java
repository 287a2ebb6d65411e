package org.fasteners.benchmarks;

import java.io.IOException;

import org.fasteners.benchmarks.file.FileContender;
import org.fasteners.benchmarks.file.OpenLock;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The lock of a key, the only lock in a forked JVM, in its own directory.
 */
@State(Scope.Benchmark)
public class KeyedFileLock extends OpenedFileLock {

	/** The label of a {@link FileContender}. */
	@Param({ "ours", "ours-reader", "ours-fair", "channel" })
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String lock;

	@Override
	OpenLock openInNewDirectory() throws IOException {
		return FileContender.of(this.lock).openInNewDirectory("key");
	}

}
