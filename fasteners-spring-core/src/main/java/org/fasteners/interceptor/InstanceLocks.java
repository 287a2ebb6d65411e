package org.fasteners.interceptor;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The lock that an object has to itself, as Python's {@code self._lock}: by identity, and
 * no longer than the object lives. It comes from the registry, under a name that is made
 * up for the object, so that it ends its waits when the registry is closed.
 * <p>
 * Thread-safe.
 */
final class InstanceLocks {

	/** One for all contexts of the JVM: they may share a registry. */
	private static final AtomicLong COUNT = new AtomicLong();

	private final Map<Identity, SharedExclusiveLock> locks = new ConcurrentHashMap<>();

	private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

	SharedExclusiveLock of(Object target, LockRegistry registry) {
		expunge();
		SharedExclusiveLock lock = this.locks.get(new Identity(target, null));
		if (lock != null) {
			return lock;
		}
		return this.locks.computeIfAbsent(new Identity(target, this.gone),
				(key) -> registry.readWriteLock(String.format(Locale.ROOT, "%s instance %d",
						ClassUtils.getUserClass(target).getName(), COUNT.incrementAndGet())));
	}

	private void expunge() {
		Reference<?> reference = this.gone.poll();
		while (reference != null) {
			this.locks.remove(reference);
			reference = this.gone.poll();
		}
	}

	int size() {
		expunge();
		return this.locks.size();
	}

	/**
	 * An object by its identity.
	 */
	private static final class Identity extends WeakReference<Object> {

		private final int hash;

		Identity(Object object, @Nullable ReferenceQueue<Object> queue) {
			super(object, queue);
			this.hash = System.identityHashCode(object);
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			if (this == other) {
				return true;
			}
			Object object = get();
			return object != null && other instanceof Identity identity && identity.refersTo(object);
		}

	}

}
