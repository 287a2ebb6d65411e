package org.fasteners.benchmarks;

import java.io.IOException;
import java.util.concurrent.locks.Lock;

import org.fasteners.benchmarks.file.FileContender;
import org.fasteners.benchmarks.file.OpenLock;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The one file lock for which the threads of a forked JVM contend. Here the threads alone
 * matter, so a lock that knows nothing of other processes takes part as well.
 */
@State(Scope.Benchmark)
public class ContendedFileLock {

	/** The label of a {@link FileContender}. */
	@Param({ "ours", "ours-reader", "ours-fair", "ours-flock", "channel", "reentrant" })
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String lock;

	/**
	 * What a section does, in units of JMH's {@code Blackhole}, each of some nanoseconds:
	 * next to nothing, and about 0.4 microseconds.
	 */
	@Param({ "0", "260" })
	public int work;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	Lock writeLock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	private OpenLock opened;

	/**
	 * Open the lock.
	 * @throws IOException if it cannot be opened
	 */
	@Setup
	public void open() throws IOException {
		this.opened = FileContender.of(this.lock).openInNewDirectory(null);
		this.writeLock = this.opened.writeLock();
	}

	/**
	 * Delete the file.
	 * @throws IOException if it cannot be deleted
	 */
	@TearDown
	public void close() throws IOException {
		this.opened.close();
	}

}
