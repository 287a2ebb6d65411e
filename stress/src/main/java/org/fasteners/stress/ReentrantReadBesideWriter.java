package org.fasteners.stress;

import org.fasteners.LockMode;
import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * A reader acquires the read lock again while a writer may wait. The re-entry does not
 * wait, counts as a second hold, and no write happens in between.
 */
@JCStressTest
@Outcome(id = "true, true, true", expect = Expect.ACCEPTABLE,
		desc = "Held twice, no write in between, and free in the end")
@Outcome(expect = Expect.FORBIDDEN, desc = "A wrong hold count, a write in between, or the lock is stuck")
@State
public class ReentrantReadBesideWriter {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private int value;

	@Actor
	public void reader(ZZZ_Result r) {
		this.rendezvous.arrive();
		this.lock.readLock().lock();
		int before = this.value;
		Jitter.spin(32);
		this.lock.readLock().lock();
		boolean twice = this.lock.holdCount(LockMode.SHARED) == 2;
		this.lock.readLock().unlock();
		boolean once = this.lock.holdCount(LockMode.SHARED) == 1;
		Jitter.spin(32);
		int after = this.value;
		this.lock.readLock().unlock();
		r.r1 = twice && once && this.lock.holdCount(LockMode.SHARED) == 0;
		r.r2 = before == after;
	}

	@Actor
	public void writer() {
		this.rendezvous.arrive();
		this.lock.writeLock().lock();
		try {
			this.value++;
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Arbiter
	public void afterwards(ZZZ_Result r) {
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
