package org.fasteners.process;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.process.LockEngine.EnginePermits;
import org.jspecify.annotations.Nullable;

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

	/**
	 * The gate of a semaphore, for one user more.
	 * @throws IllegalStateException if it has another number of permits
	 */
	static PermitGate join(EnginePermits engine) {
		return GATES.compute(engine.identity(), (identity, known) -> {
			PermitGate gate = (known != null) ? known : new PermitGate(engine);
			if (gate.permits() != engine.permits()) {
				throw otherNumber(engine, gate.permits());
			}
			gate.join();
			return gate;
		});
	}

	/**
	 * One user more for the gate of a semaphore whose registry is closed: that which
	 * others use, or the old one if there is none or one with another number. An attempt
	 * with another number is refused by the engine.
	 */
	static PermitGate joinAgain(PermitGate old) {
		PermitGate[] joined = { old };
		GATES.compute(old.identity(), (identity, known) -> {
			PermitGate gate = (known != null && known.permits() == old.permits()) ? known : old;
			gate.join();
			joined[0] = gate;
			return (known != null) ? known : gate;
		});
		return joined[0];
	}

	static IllegalStateException otherNumber(EnginePermits engine, int used) {
		return new IllegalStateException(String.format(Locale.ROOT,
				"'%s' is used in this JVM as a semaphore of %d permits already, and cannot be one of %d as well: use the same number for all",
				engine.name(), used, engine.permits()));
	}

	/**
	 * Forget a gate if it is not used any more. Under the table's lock, so that nobody
	 * makes another one before this one is at rest.
	 */
	static void forgetIfUnused(PermitGate gate) {
		GATES.compute(gate.identity(), (identity, known) -> forgotten(gate, known));
	}

	@SuppressWarnings("ReferenceEquality") // that very gate
	private static @Nullable PermitGate forgotten(PermitGate gate, @Nullable PermitGate known) {
		return (gate.restIfUnused() && known == gate) ? null : known;
	}

}
