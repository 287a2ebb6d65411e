package org.fasteners.process;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.fasteners.LockPreference;
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

	/**
	 * The gate of a lock. Its first user fixes the preference.
	 * @throws IllegalStateException if that was another one
	 */
	static Gate get(EngineLock lock, LockPreference preference) {
		Gate gate = find(lock, preference);
		if (gate.preference() != preference) {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"'%s' is used in this JVM with the preference %s already, and cannot be used with %s as well: set the same for all",
					lock.name(), gate.preference(), preference));
		}
		return gate;
	}

	private static Gate find(EngineLock lock, LockPreference preference) {
		expunge();
		Object identity = lock.identity();
		Entry known = ENTRIES.get(identity);
		Gate gate = (known != null) ? known.get() : null;
		return (gate != null) ? gate : make(identity, lock, preference);
	}

	private static Gate make(Object identity, EngineLock lock, LockPreference preference) {
		Gate[] found = new Gate[1];
		ENTRIES.compute(identity, (key, entry) -> {
			Gate gate = (entry != null) ? entry.get() : null;
			if (entry != null && gate != null) {
				found[0] = gate;
				return entry;
			}
			found[0] = new Gate(lock, preference);
			return new Entry(identity, found[0]);
		});
		return found[0];
	}

	static void forEach(Consumer<Gate> action) {
		for (Entry entry : ENTRIES.values()) {
			Gate gate = entry.get();
			if (gate != null) {
				action.accept(gate);
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
		private final Share.Pin pin;

		Entry(Object identity, Gate gate) {
			super(gate, FORGOTTEN);
			this.identity = identity;
			this.pin = gate.pin();
		}

	}

}
