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
 * The one file lock that a forked JVM sees, in directories of its own.
 */
@State(Scope.Benchmark)
public class FileLockUnderTest {

	/** The label of a {@link FileContender}. */
	@Param({ "ours", "ours-reader", "ours-fair", "channel" })
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String lock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	Lock readLock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	Lock writeLock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	Lock keyLock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	private OpenLock ofFile;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	private OpenLock ofKey;

	/**
	 * Open the locks of a file and of a key.
	 * @throws IOException if they cannot be opened
	 */
	@Setup
	public void open() throws IOException {
		FileContender contender = FileContender.of(this.lock);
		this.ofFile = contender.openInNewDirectory(null);
		this.ofKey = contender.openInNewDirectory("key");
		this.readLock = this.ofFile.readLock();
		this.writeLock = this.ofFile.writeLock();
		this.keyLock = this.ofKey.writeLock();
	}

	/**
	 * Delete the files.
	 * @throws IOException if they cannot be deleted
	 */
	@TearDown
	public void close() throws IOException {
		this.ofKey.close();
		this.ofFile.close();
	}

}
