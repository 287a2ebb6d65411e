package org.fasteners.benchmarks.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * A lock under test, with the resource to close afterwards.
 *
 * @param readLock the shared mode
 * @param writeLock the exclusive mode
 * @param resource the origin of the lock
 */
public record OpenLock(Lock readLock, Lock writeLock, Closeable resource) implements Closeable {

	@Override
	public void close() throws IOException {
		this.resource.close();
	}

}
