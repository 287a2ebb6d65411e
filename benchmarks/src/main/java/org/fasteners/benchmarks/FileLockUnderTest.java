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
 * The one file lock that a forked JVM sees, in a directory of its own.
 */
@State(Scope.Benchmark)
public class FileLockUnderTest {

	/** The label of a {@link FileContender}. */
	@Param({ "ours", "ours-reader", "ours-fair", "ours-flock", "channel" })
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String lock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	Lock readLock;

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
		this.readLock = this.opened.readLock();
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
