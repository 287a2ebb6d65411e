package org.fasteners;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The locks that annotated methods of one thread hold, in the order in which they were
 * acquired. Entering and leaving allocate nothing once there is room. For the code of
 * this library alone: public because a package of Java has no friends.
 * <p>
 * Belongs to one thread.
 */
public final class LockSections {

	private static final ThreadLocal<LockSections> OF_THREAD = ThreadLocal.withInitial(LockSections::new);

	private @Nullable Section[] sections = new Section[4];

	private long[] waited = new long[4];

	private int size;

	private LockSections() {
	}

	/**
	 * Those of the calling thread.
	 * @return the sections
	 */
	public static LockSections ofThread() {
		return OF_THREAD.get();
	}

	/**
	 * A lock was acquired.
	 * @param section what was acquired
	 * @param nanos how long was waited for it, in nanoseconds
	 */
	public void enter(Section section, long nanos) {
		int next = this.size;
		if (next == this.sections.length) {
			this.waited = Arrays.copyOf(this.waited, 2 * next);
			this.sections = Arrays.copyOf(this.sections, 2 * next);
		}
		this.waited[next] = nanos;
		this.sections[next] = section;
		this.size = next + 1;
	}

	/**
	 * A lock is about to be released. Does nothing if it was not entered.
	 * @param section what was acquired
	 */
	public void leave(Section section) {
		int last = this.size - 1;
		int index = last;
		while (index >= 0 && this.sections[index] != section) {
			index--;
		}
		if (index < 0) {
			return;
		}
		// nearly always the last; another one if it was kept until a transaction ended
		System.arraycopy(this.sections, index + 1, this.sections, index, last - index);
		System.arraycopy(this.waited, index + 1, this.waited, index, last - index);
		this.sections[last] = null;
		this.size = last;
	}

	List<LockContext.Held> held() {
		List<LockContext.Held> held = new ArrayList<>();
		for (int i = 0; i < this.size; i++) {
			Section section = Objects.requireNonNull(this.sections[i]);
			held.add(new LockContext.Held(section.name(), section.key(), section.mode(),
					Duration.ofNanos(this.waited[i])));
		}
		return List.copyOf(held);
	}

	/**
	 * What an annotated method holds.
	 */
	public interface Section {

		/**
		 * What the annotation names.
		 * @return the name or path
		 */
		String name();

		/**
		 * Which lock of those that have the name.
		 * @return the key, or {@code null} if it has none
		 */
		@Nullable String key();

		/**
		 * How it is held.
		 * @return the mode
		 */
		LockMode mode();

	}

}
