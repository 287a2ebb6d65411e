package org.fasteners;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

import org.fasteners.LockSections.Section;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a thread remembers of the locks that its annotated methods hold.
 */
class LockSectionsTests {

	private final LockSections sections = LockSections.ofThread();

	private final Named a = new Named("a");

	private final Named b = new Named("b");

	private final Named c = new Named("c");

	@AfterEach
	void leave() {
		held().forEach((name) -> List.of(this.a, this.b, this.c).forEach(this.sections::leaveKept));
		this.sections.leave(0);
		assertThat(held()).isEmpty();
		assertThat(this.sections.next()).isZero();
	}

	private List<String> held() {
		return this.sections.held().stream().map(LockContext.Held::name).toList();
	}

	private int enter(Section section) {
		int place = this.sections.next();
		this.sections.enter(section, 0);
		return place;
	}

	@Test
	void theyAreToldInTheOrderInWhichTheyWereEntered() {
		enter(this.a);
		enter(this.b);
		assertThat(held()).containsExactly("a", "b");
	}

	@Test
	void whatWasEnteredLastIsLeftFirst() {
		int outer = enter(this.a);
		int inner = enter(this.b);
		this.sections.leave(inner);
		assertThat(held()).containsExactly("a");
		this.sections.leave(outer);
		assertThat(held()).isEmpty();
	}

	@Test
	void aThreadThatHasLeftItsLastSectionIsFoundAgainWithoutAllocating() {
		com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
		long me = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(me);
		for (int i = 0; i < 100_000; i++) {
			LockSections sections = LockSections.ofThread();
			sections.enter(this.a, 0);
			sections.leave(0);
		}
		assertThat(threads.getThreadAllocatedBytes(me) - before).isLessThan(50_000);
	}

	@Test
	void whatATransactionKeepsIsStillThereAfterACollection() {
		enter(this.a);
		this.sections.keep(this.a);
		this.sections.leave(0);
		System.gc();
		assertThat(LockSections.ofThread()).isSameAs(this.sections);
		assertThat(held()).containsExactly("a");
		this.sections.leaveKept(this.a);
	}

	@Test
	void theSameMayBeEnteredAgain() {
		int outer = enter(this.a);
		int inner = enter(this.a);
		assertThat(held()).containsExactly("a", "a");
		this.sections.leave(inner);
		assertThat(held()).containsExactly("a");
		this.sections.leave(outer);
		assertThat(held()).isEmpty();
	}

	@Test
	void thereIsRoomForAnyNumber() {
		for (int i = 0; i < 1_000; i++) {
			this.sections.enter(this.a, i);
		}
		assertThat(this.sections.held()).hasSize(1_000)
			.extracting(LockContext.Held::waited)
			.startsWith(Duration.ZERO)
			.endsWith(Duration.ofNanos(999));
		this.sections.leave(1);
		assertThat(held()).containsExactly("a");
	}

	@Test
	void leavingWhatWasNeverEnteredDoesNothing() {
		enter(this.a);
		this.sections.leave(this.sections.next());
		assertThat(held()).containsExactly("a");
	}

	@Test
	void whatInnerFramesCouldNotLeaveIsLeftByAnOuterOne() {
		int outer = enter(this.a);
		enter(this.b);
		enter(this.a);
		this.sections.leave(outer);
		assertThat(held()).isEmpty();
	}

	@Test
	void whatIsKeptStaysWhenItsMethodReturns() {
		int outer = enter(this.a);
		int inner = enter(this.b);
		this.sections.keep(this.b);
		this.sections.leave(inner);
		assertThat(held()).containsExactly("a", "b");
		this.sections.leave(outer);
		assertThat(held()).containsExactly("b");
		this.sections.leaveKept(this.b);
		assertThat(held()).isEmpty();
	}

	@Test
	void ofOneThatIsKeptAndEnteredAgainTheKeptOneIsLeftInTheEnd() {
		this.sections.enter(this.a, 7);
		this.sections.keep(this.a);
		int again = this.sections.next();
		this.sections.enter(this.a, 8);
		this.sections.leaveKept(this.a);
		assertThat(this.sections.held()).extracting(LockContext.Held::waited).containsExactly(Duration.ofNanos(8));
		this.sections.leave(again);
		assertThat(held()).isEmpty();
	}

	@Test
	void theOthersStayWhereTheyAreWhenOneBelowThemIsLeft() {
		enter(this.a);
		this.sections.keep(this.a);
		int middle = enter(this.b);
		int inner = enter(this.c);
		this.sections.leaveKept(this.a);
		assertThat(held()).containsExactly("b", "c");
		this.sections.leave(inner);
		assertThat(held()).containsExactly("b");
		this.sections.leave(middle);
		assertThat(held()).isEmpty();
		assertThat(this.sections.next()).as("no gap is left").isZero();
	}

	@Test
	void whatIsKeptFromAPlaceOnIsCounted() {
		int outer = enter(this.a);
		enter(this.a);
		this.sections.keep(this.a);
		enter(this.b);
		this.sections.keep(this.b);
		assertThat(this.sections.kept(outer, this.a)).isEqualTo(1);
		assertThat(this.sections.kept(outer + 2, this.a)).isZero();
		assertThat(this.sections.kept(outer, new Named("a"))).isZero();
	}

	@Test
	void eachThreadHasItsOwn() {
		enter(this.a);
		assertThat(Background.elsewhere(() -> LockSections.ofThread().held())).isEmpty();
		assertThat(LockSections.ofThread()).isSameAs(this.sections);
	}

	/**
	 * One like no other.
	 */
	private static final class Named implements Section {

		private final String name;

		Named(String name) {
			this.name = name;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public @Nullable String key() {
			return null;
		}

		@Override
		public LockMode mode() {
			return LockMode.EXCLUSIVE;
		}

		@Override
		public boolean isLike(Section other) {
			return this == other;
		}

	}

}
