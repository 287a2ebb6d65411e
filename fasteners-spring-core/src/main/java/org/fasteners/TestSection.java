package org.fasteners;

import java.util.Objects;

import org.fasteners.LockSections.Section;
import org.jspecify.annotations.Nullable;

/**
 * For unit tests of methods that call {@link Locks#requireHeld(String)} and whose objects
 * are made without an application context: the calling thread enters the section of a
 * lock, as an annotated method would, without any lock:
 *
 * <pre>{@code
 * try (TestSection section = TestSection.of("stock")) {
 *     new Stock().count();
 * }
 * }</pre>
 * <p>
 * Holds for that thread alone, until it is closed.
 */
public final class TestSection implements AutoCloseable {

	private final Thread owner = Thread.currentThread();

	private final Entered section;

	private boolean closed;

	private TestSection(Entered section) {
		this.section = section;
		LockSections sections = LockSections.ofThread();
		sections.enter(section, 0);
		// so that it stays when a method within it returns, and leaves by itself
		sections.keep(section);
	}

	/**
	 * Enter the section of a lock.
	 * @param name the name or path that the annotation gives
	 * @return the section, to be closed by this thread
	 */
	public static TestSection of(String name) {
		return new TestSection(new Entered(Objects.requireNonNull(name, "name"), null));
	}

	/**
	 * Enter the section of the lock of a key.
	 * @param name the name or path that the annotation gives
	 * @param key the key as a text
	 * @return the section, to be closed by this thread
	 */
	public static TestSection of(String name, String key) {
		return new TestSection(new Entered(Objects.requireNonNull(name, "name"), Objects.requireNonNull(key, "key")));
	}

	/**
	 * Leave the section. Closing twice does nothing.
	 * @throws IllegalStateException if another thread has entered it
	 */
	@Override
	public void close() {
		if (Thread.currentThread() != this.owner) {
			throw new IllegalStateException("This section belongs to thread " + Text.quote(this.owner.getName()));
		}
		if (!this.closed) {
			this.closed = true;
			LockSections.ofThread().leaveKept(this.section);
		}
	}

	/** Not a record: each is a section of its own. */
	private static final class Entered implements Section {

		private final String name;

		private final @Nullable String key;

		Entered(String name, @Nullable String key) {
			this.name = name;
			this.key = key;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public @Nullable String key() {
			return this.key;
		}

		@Override
		public LockMode mode() {
			return LockMode.EXCLUSIVE;
		}

		@Override
		public boolean isLike(Section other) {
			return other == this;
		}

	}

}
