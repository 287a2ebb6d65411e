package org.fasteners.stress;

import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;

/**
 * An updater reads a number, upgrades, and writes the next number. No other write happens
 * in between, and no write is lost.
 */
@JCStressTest
@Outcome(id = "true, 2, true", expect = Expect.ACCEPTABLE, desc = "One after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "A write in between, a lost write, or the lock is stuck")
@State
public class UpdaterBesideWriter {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private int value;

	@Actor
	public void updater(ZIZ_Result r) {
		this.rendezvous.arrive();
		this.lock.updateLock().lock();
		int seen = this.value;
		Jitter.spin(32);
		this.lock.writeLock().lock();
		r.r1 = this.value == seen;
		this.value = seen + 1;
		this.lock.writeLock().unlock();
		this.lock.updateLock().unlock();
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
	public void afterwards(ZIZ_Result r) {
		r.r2 = this.value;
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
