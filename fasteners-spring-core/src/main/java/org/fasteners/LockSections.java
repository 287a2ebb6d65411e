package org.fasteners;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The locks that annotated methods of one thread hold, in the order in which they were
 * acquired. Entering and leaving allocate nothing once there is room. For the code of
 * this library alone: public because a package of Java has no friends.
 * <p>
 * Belongs to one thread.
 */
public final class LockSections {

	/*
	 * What a thread keeps must not refer to a class of this library once the thread has
	 * left its last section: a thread of a pool that outlives the application would keep
	 * the application's class loader. So the value consists of types of the JDK: an array
	 * whose first element is the sections, while there are any, and whose second one is a
	 * weak reference to the same object, so that most calls find it again. (To remove the
	 * value with each last section, and to make it again with the next first one, would
	 * cost each call an entry in the table of the thread.)
	 */

	private static final ThreadLocal<Object @Nullable []> OF_THREAD = new ThreadLocal<>();

	private static final int ENTERED = 0;

	private static final int KNOWN = 1;

	/*
	 * A frame remembers how many sections there were when it entered its own, and leaves
	 * all from there on: its own, and those of frames within it that ran out of stack
	 * before they could leave. What a transaction keeps is left when that has ended, and
	 * becomes a gap if there is anything above it, so that the others stay where they
	 * are.
	 */

	private @Nullable Section[] sections = new Section[4];

	private long[] waited = new long[4];

	private boolean[] kept = new boolean[4];

	private int keptAtAll;

	private int size;

	/** What the thread keeps. */
	private final @Nullable Object[] ofThread;

	private LockSections(@Nullable Object[] ofThread) {
		this.ofThread = ofThread;
	}

	/**
	 * Those of the calling thread.
	 * @return the sections
	 */
	public static LockSections ofThread() {
		@Nullable Object[] ofThread = OF_THREAD.get();
		if (ofThread == null) {
			ofThread = new Object[2];
			OF_THREAD.set(ofThread);
		}
		Object known = ofThread[ENTERED];
		if (known == null && ofThread[KNOWN] instanceof WeakReference<?> reference) {
			known = reference.get();
		}
		return (known != null) ? (LockSections) known : make(ofThread);
	}

	private static LockSections make(@Nullable Object[] ofThread) {
		LockSections sections = new LockSections(ofThread);
		ofThread[KNOWN] = new WeakReference<>(sections);
		return sections;
	}

	/**
	 * Where the next one enters.
	 * @return the place
	 */
	public int next() {
		return this.size;
	}

	/**
	 * A lock was acquired.
	 * @param section what was acquired
	 * @param nanos how long was waited for it, in nanoseconds
	 */
	public void enter(Section section, long nanos) {
		int next = this.size;
		if (next == this.sections.length) {
			this.kept = Arrays.copyOf(this.kept, 2 * next);
			this.waited = Arrays.copyOf(this.waited, 2 * next);
			this.sections = Arrays.copyOf(this.sections, 2 * next);
		}
		this.waited[next] = nanos;
		this.sections[next] = section;
		this.size = next + 1;
		if (next == 0) {
			this.ofThread[ENTERED] = this;
		}
	}

	/**
	 * A lock that was entered stays when its method returns.
	 * @param section what was acquired
	 */
	public void keep(Section section) {
		int last = last(section, false);
		if (last >= 0) {
			this.kept[last] = true;
			this.keptAtAll++;
		}
	}

	/**
	 * A method returns.
	 * @param place where it entered; what is kept from there on stays
	 */
	public void leave(int place) {
		if (this.keptAtAll == 0 && this.size == place + 1) {
			this.sections[place] = null;
			shrink();
			return;
		}
		for (int i = this.size - 1; i >= place; i--) {
			if (!this.kept[i]) {
				this.sections[i] = null;
			}
		}
		shrink();
	}

	/**
	 * What was kept is about to be released.
	 * @param section what was acquired
	 */
	public void leaveKept(Section section) {
		int last = last(section, true);
		if (last >= 0) {
			this.sections[last] = null;
			this.kept[last] = false;
			this.keptAtAll--;
			shrink();
		}
	}

	private int last(Section section, boolean kept) {
		int index = this.size - 1;
		while (index >= 0 && (this.sections[index] != section || this.kept[index] != kept)) {
			index--;
		}
		return index;
	}

	private void shrink() {
		int left = this.size;
		while (left > 0 && this.sections[left - 1] == null) {
			left--;
		}
		this.size = left;
		if (left == 0) {
			this.ofThread[ENTERED] = null;
		}
	}

	/**
	 * How many holds of a lock are kept.
	 * @param place those that were entered there or later
	 * @param section the lock and its mode
	 * @return the number
	 */
	public int kept(int place, Section section) {
		int count = 0;
		for (int i = place; i < this.size; i++) {
			Section other = this.sections[i];
			if (other != null && this.kept[i] && section.isLike(other)) {
				count++;
			}
		}
		return count;
	}

	List<LockContext.Held> held() {
		List<LockContext.Held> held = new ArrayList<>();
		for (int i = 0; i < this.size; i++) {
			Section section = this.sections[i];
			if (section != null) {
				held.add(new LockContext.Held(section.name(), section.key(), section.mode(),
						Duration.ofNanos(this.waited[i])));
			}
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

		/**
		 * Whether both hold the same lock in the same mode.
		 * @param other another one
		 * @return {@code true} if they do
		 */
		boolean isLike(Section other);

	}

}
