package org.fasteners.interceptor;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockRegistry;

/**
 * Which method limits a path to how many, so that two that disagree can be named both.
 * <p>
 * Thread-safe.
 */
final class Limits {

	/** By path: what the first method said that was looked at. */
	private final Map<String, Limit> limits = new ConcurrentHashMap<>();

	/**
	 * The semaphore of a path.
	 * @param place the method that names it
	 * @throws IllegalArgumentException if it cannot be had, as when others disagree
	 */
	CountingSemaphore semaphore(LockRegistry registry, String path, int permits, String place) {
		Limit known = this.limits.get(path);
		if (known != null && known.permits != permits) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"it limits '%s' to %d, but %s limits it to %d, and the number must be the same for all", path,
					permits, known.place, known.permits));
		}
		try {
			CountingSemaphore semaphore = registry.interProcessSemaphore(path, permits);
			this.limits.putIfAbsent(path, new Limit(permits, place));
			return semaphore;
		}
		catch (IllegalStateException | UnsupportedOperationException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	private record Limit(int permits, String place) {
	}

}
