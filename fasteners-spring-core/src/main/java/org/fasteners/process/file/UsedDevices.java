package org.fasteners.process.file;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The devices on which an engine has lock files. As long as it is open, their idle
 * channels stay open, up to a bound.
 * <p>
 * Thread-safe.
 */
final class UsedDevices {

	private final ReentrantLock mutex = new ReentrantLock();

	private final Set<SharedDevice> devices = new HashSet<>();

	private boolean closed;

	/** A file of a device was opened. */
	void add(SharedDevice device) {
		this.mutex.lock();
		try {
			if (!this.closed && this.devices.add(device)) {
				device.join();
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

	boolean isClosed() {
		this.mutex.lock();
		try {
			return this.closed;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * The engine is closed: what is idle is closed, unless another one uses the device.
	 */
	void close() {
		List<SharedDevice> left;
		this.mutex.lock();
		try {
			this.closed = true;
			left = List.copyOf(this.devices);
			this.devices.clear();
		}
		finally {
			this.mutex.unlock();
		}
		left.forEach(SharedDevice::leave);
	}

}
