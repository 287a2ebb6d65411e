package org.fasteners.benchmarks.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * A lock that is to be measured, and what has to be closed after that.
 *
 * @param readLock its shared side
 * @param writeLock its exclusive side
 * @param resource what it was made from
 */
public record OpenLock(Lock readLock, Lock writeLock, Closeable resource) implements Closeable {

	@Override
	public void close() throws IOException {
		this.resource.close();
	}

}
