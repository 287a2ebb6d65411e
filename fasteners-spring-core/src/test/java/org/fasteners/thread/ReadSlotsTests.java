package org.fasteners.thread;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.thread.LockCore.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where readers publish their holds, and what changes there while somebody looks for
 * them.
 */
@Timeout(120)
class ReadSlotsTests {

	/** How often somebody is seen at a place before it is sure to go round there. */
	private static final int SEEN_OFTEN = 50;

	/** Stands for another thread. */
	private final Thread other = new Thread(() -> {
	});

	// One slot

	@Test
	void aSlotThatIsHeldIsNotTakenOver() {
		ReadSlot slot = new ReadSlot(Thread.currentThread());
		assertThat(slot.claim(this.other)).isFalse();
		slot.reenter(slot.word);
		assertThat(slot.claim(this.other)).isFalse();
		slot.leave(slot.word);
		assertThat(slot.claim(this.other)).isFalse();
		assertThat(slot.currentOwner()).isSameAs(Thread.currentThread());
		slot.leave(slot.word);
		assertThat(slot.claim(this.other)).isTrue();
		assertThat(slot.currentOwner()).isSameAs(this.other);
		assertThat(slot.holdsOf(Thread.currentThread())).isZero();
	}

	@Test
	void nobodyPublishesByWhatItReadBeforeTheSlotHadAnotherOwner() {
		ReadSlot slot = new ReadSlot(Thread.currentThread());
		slot.leave(slot.word);
		long mine = slot.word;
		assertThat(slot.claim(this.other)).isTrue();
		slot.leave(slot.word);
		assertThat(slot.publish(mine)).isFalse();
		// and not when it is mine again either
		assertThat(slot.claim(Thread.currentThread())).isTrue();
		slot.leave(slot.word);
		assertThat(slot.publish(mine)).isFalse();
		assertThat(slot.publish(slot.word)).isTrue();
	}

	// Many slots

	@Test
	void aHoldIsFoundAlsoBehindANoteThatIsOutOfDate() {
		LockCore core = coreWhereReadersMet(LockPreference.WRITER);
		Thread me = Thread.currentThread();
		ReadSlot before = claim(core, me);
		before.leave(before.word);
		// who takes a slot over notes that only after it
		assertThat(before.claim(this.other)).isTrue();
		ReadSlot now = claim(core, me);
		assertThat(now).isNotNull().isNotSameAs(before);
		assertThat(core.heldSlot(me)).isSameAs(now);
		assertThat(core.readCount(me)).isEqualTo(1);
		core.unlockRead();
		assertThat(core.heldSlot(me)).isNull();
		assertThat(core.slotOf(me)).isSameAs(now);
	}

	@Test
	void aNewSlotIsListed() {
		LockCore core = new LockCore("slots", LockPreference.WRITER, null, 8, WaitQueue.MOST_OVERTAKERS);
		assertThat(core.isReadInSlot(null)).isFalse();
		for (int i = 0; i < 4; i++) {
			Thread reader = new Thread(() -> {
			});
			ReadSlot slot = claim(core, reader);
			assertThat(core.isReadInSlot(null)).isTrue();
			assertThat(core.isReadInSlot(reader)).isEqualTo(i > 0);
			if (i > 0) {
				slot.leave(slot.word);
				assertThat(core.isReadInSlot(null)).isTrue();
			}
		}
	}

	// Looking through the slots

	@Test
	void aHoldThatIsDetachedWhileOthersLookIsSeen() throws Exception {
		LockCore core = coreWhereReadersMet(LockPreference.WRITER);
		LockHold read = new ReaderWriterLock(core, null).acquire(LockMode.SHARED);
		ReadSlot mine = core.heldSlot(Thread.currentThread());
		// made after mine, so whoever looks comes here first
		ReadSlot newest = claim(core, this.other);
		assertThat(newest.next).isSameAs(mine);
		newest.leave(newest.word);
		assertThat(whileLooking(newest, () -> core.isRead(null), read::detach)).isTrue();
		read.close();
		assertThat(core.isRead(null)).isFalse();
	}

	@Test
	void aGrantThatBecomesAHoldInASlotWhileOthersLookIsSeen() throws Exception {
		LockCore core = coreWhereReadersMet(LockPreference.FAIR);
		Object grant = new Object();
		core.queue().addRead(grant);
		assertThat(whileLooking(oldest(core), () -> core.isRead(null), () -> {
			core.publishRead(Thread.currentThread());
			core.queue().removeRead(grant);
		})).isTrue();
		core.unlockRead();
		assertThat(core.isRead(null)).isFalse();
	}

	@Test
	void aReaderThatComesBeforeAWriterHasTakenTheLockIsSeen() throws Exception {
		LockCore core = coreWhereReadersMet(LockPreference.READER);
		ReaderWriterLock lock = new ReaderWriterLock(core, null);
		assertThat(whileLooking(oldest(core), () -> core.tryWrite(this.other, Manner.PATIENT, false),
				() -> assertThat(lock.readLock().tryLock()).isTrue()))
			.isEqualTo(Outcome.REFUSED);
		assertThat(Others.mayTake(lock, LockMode.SHARED)).isTrue();
		lock.readLock().unlock();
		Others.assertFree(lock);
	}

	@Test
	void aReaderThatOvertakesAPendingWriterIsSeenAlsoWhenItIsNotTheFirst() throws Exception {
		LockCore core = coreWhereReadersMet(LockPreference.WRITER);
		ReaderWriterLock lock = new ReaderWriterLock(core, null);
		lock.readLock().lock();
		assertThat(core.tryWrite(this.other, Manner.PATIENT, false)).isEqualTo(Outcome.PENDING);
		assertThat(Others.mayBarge(lock.readLock())).isTrue();
		lock.readLock().unlock();
		assertThat(whileLooking(oldest(core), () -> core.settle(this.other, false),
				() -> assertThat(lock.readLock().tryLock()).isTrue()))
			.isFalse();
		assertThat(Others.mayBarge(lock.readLock())).isTrue();
		core.giveBack();
		lock.readLock().unlock();
		Others.assertFree(lock);
	}

	/** A lock that keeps its readers where it keeps many; the first slot is free. */
	private static LockCore coreWhereReadersMet(LockPreference preference) {
		LockCore core = new LockCore("slots", preference, null, 8, WaitQueue.MOST_OVERTAKERS);
		Background.elsewhere(() -> {
			ReadSlot first = claim(core, Thread.currentThread());
			Background.elsewhere(() -> {
				assertThat(core.tryRead(Thread.currentThread(), Manner.PATIENT)).isTrue();
				core.unlockRead();
				return true;
			});
			first.leave(first.word);
			return true;
		});
		assertThat(core.isReadInSlot(null)).isFalse();
		return core;
	}

	private static ReadSlot claim(LockCore core, Thread reader) {
		return Objects.requireNonNull(core.claim(reader));
	}

	/** Where whoever looks comes last. */
	private static ReadSlot oldest(LockCore core) {
		Thread passing = new Thread(() -> {
		});
		ReadSlot slot = claim(core, passing);
		slot.leave(slot.word);
		while (slot.next != null) {
			slot = slot.next;
		}
		return slot;
	}

	/**
	 * Change something while another thread looks through the slots and has come to one
	 * of them, behind which it finds no end before that.
	 */
	private static <T> T whileLooking(ReadSlot place, Callable<T> look, Background.Action change) throws Exception {
		ReadSlot next = place.next;
		place.next = place;
		Background<T> looking;
		try {
			looking = Background.run(look);
			for (int i = 0; i < SEEN_OFTEN; i++) {
				Background.until(() -> looking.isDone() || isLooking(looking.thread()));
			}
			change.run();
		}
		finally {
			place.next = next;
		}
		return looking.result();
	}

	private static boolean isLooking(Thread thread) {
		return Arrays.stream(thread.getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals("isReadInSlot"));
	}

}
