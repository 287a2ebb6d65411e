package org.fasteners.torture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;

/**
 * The locks that the workers use, by number: 0 is the lock of the path, the others are
 * locks of keys of that path.
 */
final class Resources {

	/** The path of the lock file, relative to the lock directory. */
	static final String PATH = "torture";

	/** The lock of the path, and three locks of keys. */
	static final int NUMBER = 4;

	private static final long FIRST_KEY = 1L << 20;

	private static final int RANGE = 8;

	private Resources() {
	}

	static SharedExclusiveLock lock(LockRegistry registry, int resource) {
		return (resource == 0) ? registry.interProcessReaderWriterLock(PATH)
				: registry.interProcessReaderWriterLock(PATH, key(resource));
	}

	/** The first of the three bytes of a lock, computed anew from the documentation. */
	static long firstByte(int resource) {
		if (resource == 0) {
			return 0;
		}
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(key(resource).getBytes(StandardCharsets.UTF_8));
			return FIRST_KEY + RANGE * (ByteBuffer.wrap(digest).getLong() >>> 5);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	private static String key(int resource) {
		return "key " + resource;
	}

}
