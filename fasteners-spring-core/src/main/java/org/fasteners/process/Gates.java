package org.fasteners.process;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.process.LockEngine.EngineLock;

/**
 * The gates of this JVM: one for a lock. A gate is kept while somebody refers to it or
 * its lock is held; nobody waits without referring to it.
 * <p>
 * Thread-safe.
 */
final class Gates {

	private static final Map<Object, Entry> ENTRIES = new ConcurrentHashMap<>();

	private static final ReferenceQueue<Gate> FORGOTTEN = new ReferenceQueue<>();

	private Gates() {
	}

	static Gate get(EngineLock lock) {
		expunge();
		Object identity = lock.identity();
		Entry known = ENTRIES.get(identity);
		Gate gate = (known != null) ? known.get() : null;
		return (gate != null) ? gate : make(identity, lock);
	}

	private static Gate make(Object identity, EngineLock lock) {
		Gate[] found = new Gate[1];
		ENTRIES.compute(identity, (key, entry) -> {
			Gate gate = (entry != null) ? entry.get() : null;
			if (entry != null && gate != null) {
				found[0] = gate;
				return entry;
			}
			found[0] = new Gate(lock);
			return new Entry(identity, found[0]);
		});
		return found[0];
	}

	/** Have all who wait look again whether their registry was closed. */
	static void wakeWaiters() {
		for (Entry entry : ENTRIES.values()) {
			Gate gate = entry.get();
			if (gate != null) {
				gate.wakeWaiters();
			}
		}
	}

	private static void expunge() {
		Reference<? extends Gate> reference = FORGOTTEN.poll();
		while (reference != null) {
			if (reference instanceof Entry gone) {
				ENTRIES.remove(gone.identity, gone);
			}
			reference = FORGOTTEN.poll();
		}
	}

	static int size() {
		expunge();
		return ENTRIES.size();
	}

	/**
	 * A gate, as long as it is used.
	 */
	private static final class Entry extends WeakReference<Gate> {

		private final Object identity;

		@SuppressWarnings("unused") // it refers to the gate while that is held
		private final Gate.Pin pin;

		Entry(Object identity, Gate gate) {
			super(gate, FORGOTTEN);
			this.identity = identity;
			this.pin = gate.pin;
		}

	}

}
