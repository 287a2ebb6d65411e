package org.fasteners.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

import org.fasteners.LockPreference;
import org.fasteners.LockSettings;
import org.fasteners.LockStolenException;
import org.fasteners.process.LockEngine.EngineLock;
import org.fasteners.process.LockEngine.EnginePermits;
import org.jspecify.annotations.Nullable;

/**
 * Inter-process locks by path, on top of an engine: same path, same lock. Two objects of
 * this class give out different lock objects, but what these lock is one for the JVM.
 * <p>
 * Thread-safe.
 */
public final class InterProcessLocks {

	private final Map<String, InterProcessReaderWriterLock> locks = new ConcurrentHashMap<>();

	private final Map<String, InterProcessSemaphore> semaphores = new ConcurrentHashMap<>();

	/** By what was asked for, and by the canonical path. */
	private final Map<String, LockSettings> settings = new ConcurrentHashMap<>();

	private final Queue<Watchdog> watchdogs = new ConcurrentLinkedQueue<>();

	private final LockEngine engine;

	private final Pauses pauses;

	private final Function<String, LockSettings> settingsByPath;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Stands for this registry at its gates; {@code true} when its use of them has ended.
	 * That is after its waiters were woken, because a gate does not keep it longer.
	 */
	private final AtomicBoolean ended = new AtomicBoolean();

	/**
	 * Create an empty table of fair locks with the usual pauses.
	 * @param engine what keeps the processes apart
	 * @param defaultTimeout the longest wait of {@code acquire}, or {@code null} to wait
	 * for ever
	 */
	public InterProcessLocks(LockEngine engine, @Nullable Duration defaultTimeout) {
		this(engine, LockPreference.FAIR, Pauses.DEFAULT, defaultTimeout);
	}

	/**
	 * Create an empty table whose locks are all alike.
	 * @param engine what keeps the processes apart
	 * @param preference who goes first where locks are contended
	 * @param pauses between the attempts of those who wait for other processes
	 * @param defaultTimeout the longest wait of {@code acquire}, or {@code null} to wait
	 * for ever
	 */
	public InterProcessLocks(LockEngine engine, LockPreference preference, Pauses pauses,
			@Nullable Duration defaultTimeout) {
		this.engine = engine;
		this.pauses = pauses;
		LockSettings all = new LockSettings(defaultTimeout, preference);
		this.settingsByPath = (path) -> all;
	}

	/**
	 * Create an empty table.
	 * @param engine what keeps the processes apart
	 * @param pauses between the attempts of those who wait for other processes
	 * @param settings what is set for the lock of a path in its canonical form, for its
	 * keys and its semaphore, which has no preference; where nothing is, locks are fair,
	 * and {@code acquire} waits for ever. Asked once for each path, or seldom again;
	 * nothing is locked meanwhile
	 */
	public InterProcessLocks(LockEngine engine, Pauses pauses, Function<String, LockSettings> settings) {
		this.engine = engine;
		this.pauses = pauses;
		this.settingsByPath = settings;
	}

	/**
	 * The lock of a path.
	 * @param path the path as the engine understands it
	 * @return the lock
	 * @throws org.fasteners.LockPathException if the path cannot be a lock
	 * @throws IllegalStateException if an open registry of this JVM uses the lock with
	 * another preference, or it is still held with another one
	 */
	public InterProcessReaderWriterLock get(String path) {
		Objects.requireNonNull(path, "path");
		InterProcessReaderWriterLock lock = this.locks.get(path);
		return (lock != null) ? lock : make(path);
	}

	private InterProcessReaderWriterLock make(String path) {
		LockSettings set = settings(path);
		LockPreference preference = preference(set);
		// Not within computeIfAbsent: the engine reads directories, which may take long.
		InterProcessReaderWriterLock made = create(this.engine.lock(path, preference), set);
		InterProcessReaderWriterLock other = this.locks.putIfAbsent(path, made);
		return (other != null) ? other : made;
	}

	/**
	 * The lock of a key, one of any number at a path. Not kept here: one object each
	 * time, all of which are the same lock.
	 * @param path the path as the engine understands it
	 * @param key the key, compared exactly
	 * @return the lock
	 * @throws org.fasteners.LockPathException if the path cannot be a lock
	 * @throws IllegalStateException if an open registry of this JVM uses the lock with
	 * another preference, or it is still held with another one
	 * @throws IllegalArgumentException if the key is no text, for it has a lone surrogate
	 */
	public InterProcessReaderWriterLock get(String path, String key) {
		Objects.requireNonNull(path, "path");
		Objects.requireNonNull(key, "key");
		LockSettings set = settings(path);
		return create(this.engine.lock(path, key, preference(set)), set);
	}

	private InterProcessReaderWriterLock create(EngineLock lock, LockSettings set) {
		return new InterProcessReaderWriterLock(lock.name(), set.timeout(),
				Gates.get(lock, preference(set), this.ended), this.pauses, this.closed::get);
	}

	private static LockPreference preference(LockSettings set) {
		return Objects.requireNonNullElse(set.preference(), LockPreference.FAIR);
	}

	private LockSettings settings(String path) {
		LockSettings known = this.settings.get(path);
		if (known == null) {
			known = settingsOf(this.engine.lock(path, LockPreference.FAIR).path());
			this.settings.put(path, known);
		}
		return known;
	}

	/** Not by computeIfAbsent: who is asked may be slow, or ask for locks itself. */
	private LockSettings settingsOf(String canonical) {
		LockSettings known = this.settings.get(canonical);
		if (known == null) {
			known = this.settingsByPath.apply(canonical);
			this.settings.put(canonical, known);
		}
		return known;
	}

	/**
	 * The semaphore of a path, with the number of permits that is set for it.
	 * @param path the path as the engine understands it
	 * @return the semaphore
	 * @throws org.fasteners.LockPathException if the path cannot be a semaphore
	 * @throws IllegalArgumentException if no number is set, or there cannot be that many
	 * permits
	 * @throws IllegalStateException if the semaphore is used in this JVM with another
	 * number of permits
	 * @throws UnsupportedOperationException if the engine has no semaphores
	 */
	public InterProcessSemaphore semaphore(String path) {
		Integer permits = settings(path).permits();
		if (permits == null) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"The semaphore '%1$s' has no number of permits: pass one, or set fasteners.process.locks.[%1$s].permits (LockRegistries.builder().processLockSettings(...))",
					path));
		}
		return semaphore(path, permits);
	}

	/**
	 * The semaphore of a path. It is independent of the lock of that path.
	 * @param path the path as the engine understands it
	 * @param permits how many permits it has, the same for all processes
	 * @return the semaphore
	 * @throws org.fasteners.LockPathException if the path cannot be a semaphore
	 * @throws IllegalArgumentException if there cannot be that many permits
	 * @throws IllegalStateException if the semaphore is used in this JVM with another
	 * number of permits, or another one is set for it
	 * @throws UnsupportedOperationException if the engine has no semaphores
	 */
	public InterProcessSemaphore semaphore(String path, int permits) {
		Objects.requireNonNull(path, "path");
		InterProcessSemaphore known = this.semaphores.get(path);
		if (known != null && known.permits() == permits) {
			return known;
		}
		EnginePermits engine = this.engine.permits(path, permits);
		LockSettings set = settingsOf(engine.name());
		if (set.permits() != null && set.permits() != permits) {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"'%1$s' is set to %2$d permits by fasteners.process.locks.[%1$s].permits, and cannot be a semaphore of %3$d: use the same number for all",
					engine.name(), set.permits(), permits));
		}
		InterProcessSemaphore semaphore = (known != null) ? known : join(path, engine, set);
		if (this.closed.get()) {
			semaphore.leave();
		}
		if (semaphore.permits() != permits) {
			throw PermitGates.otherNumber(engine, semaphore.permits());
		}
		return semaphore;
	}

	/** Not by computeIfAbsent: to join may wait for a call of the engine. */
	private InterProcessSemaphore join(String path, EnginePermits engine, LockSettings set) {
		InterProcessSemaphore made = new InterProcessSemaphore(PermitGates.join(engine), set.timeout(), this.pauses,
				this.closed::get);
		InterProcessSemaphore other = this.semaphores.putIfAbsent(path, made);
		if (other != null) {
			made.leave();
			return other;
		}
		return made;
	}

	/**
	 * Have a daemon thread look every now and then, until {@link #close()}, whether this
	 * JVM still has those of these locks that it believes to hold. Each look reads the
	 * kernel's table of locks once for each lock that is held.
	 * @param interval the time between two looks, more than zero
	 * @param listener is told once of each lock that was stolen, by that thread; who
	 * holds the lock gets the same exception when it releases
	 * @throws IllegalArgumentException if the interval is not more than zero
	 */
	public void watch(Duration interval, Consumer<LockStolenException> listener) {
		requireInterval(interval);
		Watchdog watchdog = new Watchdog(this.ended, TimeUnit.NANOSECONDS.convert(interval), listener);
		this.watchdogs.add(watchdog);
		watchdog.start();
	}

	/**
	 * Check the time between two looks of a watchdog.
	 * @param interval the time
	 * @return the time
	 * @throws IllegalArgumentException if it is not more than zero
	 */
	public static Duration requireInterval(Duration interval) {
		Objects.requireNonNull(interval, "interval");
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("The interval of the watchdog must be more than zero, not " + interval);
		}
		return interval;
	}

	/**
	 * End all waits with {@link org.fasteners.LockRegistryClosedException}, now and in
	 * future. Who holds a lock keeps it.
	 */
	public void close() {
		this.closed.set(true);
		this.watchdogs.forEach(Watchdog::stop);
		try {
			wakeWaiters();
		}
		finally {
			this.ended.set(true);
			this.semaphores.values().forEach(InterProcessSemaphore::leave);
			this.engine.close();
		}
	}

	/**
	 * A thread that waits has joined its gate before it checks {@code closed}. So each
	 * one either sees that, or is at a gate that is visited here.
	 */
	private void wakeWaiters() {
		List<BooleanSupplier> gates = new ArrayList<>();
		Gates.forEach(this.ended, (gate) -> gates.add(gate::tryWakeWaiters));
		this.semaphores.values().forEach((semaphore) -> gates.add(semaphore::tryWakeWaiters));
		WakeUp.deliver(gates);
	}

}
