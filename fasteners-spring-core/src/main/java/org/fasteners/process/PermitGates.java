package org.fasteners.process;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.process.LockEngine.EnginePermits;

/**
 * The semaphores of this JVM: one gate for each, as long as a registry that has given it
 * out is open or a permit is held.
 * <p>
 * Thread-safe.
 */
final class PermitGates {

	private static final Map<Object, PermitGate> GATES = new ConcurrentHashMap<>();

	private PermitGates() {
	}

	/*-
	 * The mutex of a gate may be held without end, by a thread in a call of an engine whose
	 * file system does not answer. So nothing is done within an operation of the table that
	 * needs a mutex or the engine: the table locks a bin, which other semaphores share. The
	 * order of locks is mutex, bin.
	 *
	 *   join    mutex of the gate: if the gate is in the table, count the user; else look
	 *           again which gate is there. A new gate has its first user before it is put
	 *           into the table
	 *   forget  mutex of the gate: if the gate is unused, let the engine rest, and then
	 *           remove the gate from the table
	 *
	 * Both are done under the mutex of that gate, so a gate that has a user, a waiter or a
	 * hold is never removed. A gate is removed after it has rested, so no other one, with
	 * another number, asks the engine before that. If the engine fails to rest, the gate stays
	 * in the table, unused, and the next user with another number tries again.
	 */

	/**
	 * The gate of a semaphore, for one user more.
	 * @throws IllegalStateException if it has another number of permits
	 */
	static PermitGate join(EnginePermits engine) {
		while (true) {
			PermitGate made = PermitGate.joined(engine);
			PermitGate known = GATES.putIfAbsent(engine.identity(), made);
			if (known == null) {
				return made;
			}
			if (known.permits() != engine.permits()) {
				if (!known.forgetIfUnused()) {
					throw otherNumber(engine, known.permits());
				}
			}
			else if (known.join()) {
				return known;
			}
		}
	}

	/**
	 * One user more for the gate of a semaphore whose registry is closed: that which
	 * others use, or the old one if there is none or one with another number. An attempt
	 * with another number is refused by the engine.
	 */
	static PermitGate joinAgain(PermitGate old) {
		while (true) {
			PermitGate known = old.joinOr(() -> GATES.putIfAbsent(old.identity(), old));
			if (known == null) {
				return old;
			}
			if (known.join()) {
				return known;
			}
		}
	}

	static IllegalStateException otherNumber(EnginePermits engine, int used) {
		return new IllegalStateException(String.format(Locale.ROOT,
				"'%s' is used in this JVM as a semaphore of %d permits already, and cannot be one of %d as well: use the same number for all",
				engine.name(), used, engine.permits()));
	}

	/** Whether a gate is the one that new users get. */
	@SuppressWarnings("ReferenceEquality") // that very gate
	static boolean isKnown(PermitGate gate) {
		return GATES.get(gate.identity()) == gate;
	}

	/** Forget a gate that is at rest. To be called with its mutex. */
	static void forget(PermitGate gate) {
		GATES.remove(gate.identity(), gate);
	}

}
