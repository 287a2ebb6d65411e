package org.fasteners.benchmarks;

import java.io.IOException;
import java.util.concurrent.locks.Lock;

import org.fasteners.benchmarks.file.OpenLock;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A file lock that is opened before the measurement, and whose file is deleted
 * afterwards.
 */
abstract class OpenedFileLock {

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	Lock readLock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	Lock writeLock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of open()
	private OpenLock opened;

	/** Open the lock under test in a new directory. */
	abstract OpenLock openInNewDirectory() throws IOException;

	/**
	 * Open the lock.
	 * @throws IOException if it cannot be opened
	 */
	@Setup
	public void open() throws IOException {
		this.opened = openInNewDirectory();
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
