package org.fasteners.process;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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

	/*-
	 * A gate has a preference, which its first user fixes, as long as a registry that uses it
	 * is open or it is held. Otherwise the next user that wants another preference gets a new
	 * gate, and the old one is retired. A gate retires and gets a user under one mutex of its
	 * own, so no open registry is left with a retired gate. Locks of closed registries may
	 * still refer to one: of two gates for one lock, each takes what the other has for the
	 * lock of another process.
	 */

	/**
	 * The gate of a lock. Its first user fixes the preference.
	 * @param ended whether the registry of the user has ended its use of gates; one
	 * object for each registry
	 * @throws IllegalStateException if it is used with another preference
	 */
	static Gate get(EngineLock lock, LockPreference preference, AtomicBoolean ended) {
		Gate gate = find(lock, preference);
		while (gate.preference() == preference && !gate.use(ended)) {
			gate = find(lock, preference);
		}
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
		return (gate != null && gate.preference() == preference && !gate.isRetired()) ? gate
				: make(identity, lock, preference);
	}

	private static Gate make(Object identity, EngineLock lock, LockPreference preference) {
		Gate[] found = new Gate[1];
		ENTRIES.compute(identity, (key, entry) -> {
			Gate gate = (entry != null) ? entry.get() : null;
			if (entry != null && gate != null && !gate.isRetired()
					&& (gate.preference() == preference || !gate.retire())) {
				found[0] = gate;
				return entry;
			}
			found[0] = new Gate(lock, preference);
			return new Entry(identity, found[0]);
		});
		return found[0];
	}

	/**
	 * Visit the gates of one registry. Those of others may belong to a file system that
	 * does not answer.
	 * @param ended what the registry has passed to {@link #get}
	 */
	static void forEach(AtomicBoolean ended, Consumer<Gate> action) {
		for (Entry entry : ENTRIES.values()) {
			Gate gate = entry.get();
			if (gate != null && gate.isUsedBy(ended)) {
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
