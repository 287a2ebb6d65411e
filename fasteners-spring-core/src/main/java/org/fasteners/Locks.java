package org.fasteners;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What can be done with any {@link Lock}, ours or not, and what can be asked of the locks
 * of annotated methods.
 * <p>
 * Thread-safe.
 */
public final class Locks {

	private Locks() {
	}

	/**
	 * Try a lock once and release it at the end of the block if it was obtained, as
	 * {@code try_lock} of Python's fasteners:
	 *
	 * <pre>{@code
	 * try (LockAttempt attempt = Locks.tryLock(lock)) {
	 *     if (attempt.isAcquired()) {
	 *         // alone here
	 *     }
	 * }
	 * }</pre>
	 * @param lock the lock, of this library or any other
	 * @return the attempt, to be closed by this thread; it can be detached if the lock is
	 * one of this library
	 */
	public static LockAttempt tryLock(Lock lock) {
		Objects.requireNonNull(lock, "lock");
		if (lock instanceof AbstractSharedExclusiveLock.Side side) {
			return side.attempt();
		}
		return new Attempt(lock.tryLock() ? lock : null);
	}

	/**
	 * Make sure that the calling method runs under an annotated lock. To be called in the
	 * body: without this, a method that is called past its proxy ({@code this.method()})
	 * runs without its lock and without a notice. Where annotations are switched off by
	 * {@code fasteners.enabled=false}, annotated methods of beans pass all the same; for
	 * unit tests without a context there is {@link TestSection}.
	 * @param name the name or path that the annotation gives, of a thread lock, a file or
	 * a semaphore; any of its keys, and any mode, will do
	 * @throws IllegalStateException if no annotated method of this thread holds it
	 */
	public static void requireHeld(String name) {
		Objects.requireNonNull(name, "name");
		LockContext context = LockContext.current();
		if (context.lock(name).isEmpty()) {
			throw notHeld(Text.quote(name), context);
		}
	}

	/**
	 * Make sure that the calling method runs under the annotated lock of a key.
	 * @param name the name or path that the annotation gives
	 * @param key the key as a text
	 * @throws IllegalStateException if no annotated method of this thread holds it
	 */
	public static void requireHeld(String name, String key) {
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(key, "key");
		LockContext context = LockContext.current();
		if (context.locks().stream().noneMatch((held) -> held.name().equals(name) && key.equals(held.key()))) {
			throw notHeld(String.format(Locale.ROOT, "%s of key %s", Text.quote(name), Text.quote(key)), context);
		}
	}

	private static IllegalStateException notHeld(String lock, LockContext context) {
		String held = context.locks()
			.stream()
			.map((other) -> Text.quote(other.name())
					+ ((other.key() != null) ? " of key " + Text.quote(other.key()) : ""))
			.collect(Collectors.joining(", "));
		String reasons = "(1) the annotation names another lock or key; (2) the method was called past the proxy that locks, as this.method() does: call it through its bean, or use LockRegistry; (3) it is called by another thread than that of the annotated method";
		if (held.isEmpty()) {
			reasons += "; (4) lock annotations are not enabled in its application context: @EnableFasteners, or in a test slice @ImportAutoConfiguration(FastenersAutoConfiguration.class); (5) its object is no bean of a context, as in a unit test: enter the section with TestSection.of(name)";
		}
		return new IllegalStateException(String.format(Locale.ROOT,
				"No annotated method of thread %s holds the lock %s (%s). Possible reasons: %s",
				Text.quote(Thread.currentThread().getName()), lock,
				held.isEmpty() ? "it holds none" : "it holds " + held, reasons));
	}

	/**
	 * An attempt with a lock of any kind.
	 */
	private static final class Attempt implements LockAttempt {

		private final Thread owner = Thread.currentThread();

		private final boolean acquired;

		private volatile @Nullable Lock lock;

		private volatile @Nullable LockAttempt detached;

		Attempt(@Nullable Lock lock) {
			this.acquired = lock != null;
			this.lock = lock;
		}

		@Override
		public boolean isAcquired() {
			return this.acquired;
		}

		@Override
		public LockAttempt detach() {
			Lock held = this.lock;
			if (held == null) {
				return this;
			}
			requireOwner();
			if (!(held instanceof ExclusiveLock exclusive)) {
				throw new UnsupportedOperationException(String.format(Locale.ROOT,
						"A hold of %s cannot be detached, because only the thread that acquired it can release it. Use a lock of LockRegistry, or close the attempt in the same thread",
						held.getClass().getName()));
			}
			// by re-entry, which does not wait
			LockAttempt detached = exclusive.tryAcquire().detach();
			this.detached = detached;
			this.lock = null;
			exclusive.unlock();
			return this;
		}

		private void requireOwner() {
			// Asked here, because a foreign thread may have a hold of its own that it
			// would lose.
			if (Thread.currentThread() != this.owner) {
				throw new IllegalMonitorStateException("This hold belongs to another owner");
			}
		}

		@Override
		public void close() {
			LockAttempt other = this.detached;
			if (other != null) {
				other.close();
				return;
			}
			Lock held = this.lock;
			if (held == null) {
				return;
			}
			requireOwner();
			// Before the release: if that fails the hold is gone all the same.
			this.lock = null;
			held.unlock();
		}

	}

}
