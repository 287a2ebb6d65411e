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
	 * @param permits how many; 0 for what is set
	 * @param place the method that names it
	 * @throws IllegalArgumentException if it cannot be had, as when others disagree
	 */
	CountingSemaphore semaphore(LockRegistry registry, String path, int permits, String place) {
		Limit known = this.limits.get(path);
		if (known != null && permits != 0 && known.permits != permits) {
			throw new UnresolvableException(
					String.format(Locale.ROOT,
							"it limits '%s' to %d, but %s limits it to %d, and the number must be the same for all",
							path, permits, known.place, known.permits),
					"write the same number in both, or in neither and set it");
		}
		try {
			CountingSemaphore semaphore = (permits != 0) ? registry.interProcessSemaphore(path, permits)
					: registry.interProcessSemaphore(path);
			this.limits.putIfAbsent(path, new Limit(semaphore.permits(), place));
			return semaphore;
		}
		catch (IllegalArgumentException ex) {
			if (permits != 0) {
				throw new UnresolvableException(ex.getMessage(), "write a number that is allowed", ex);
			}
			throw new UnresolvableException("it has no number of permits, and none is set", String.format(Locale.ROOT,
					"write permits = 3, or set fasteners.process.locks.[%s].permits=3", path), ex);
		}
		catch (IllegalStateException ex) {
			throw new UnresolvableException(ex.getMessage(), "write the same number wherever the path is named", ex);
		}
		catch (UnsupportedOperationException ex) {
			throw new UnresolvableException(ex.getMessage(), "set fasteners.process.file.protocol=fcntl, or use a lock",
					ex);
		}
	}

	private record Limit(int permits, String place) {
	}

}
