package org.fasteners.stress;

import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A writer waits behind a reader and before another reader, and times out. The second
 * reader then acquires the lock, although the first one still holds it.
 */
@JCStressTest
@Outcome(id = { "true, true", "false, true" }, expect = Expect.ACCEPTABLE,
		desc = "Acquired or timed out, and free in the end")
@Outcome(expect = Expect.FORBIDDEN, desc = "Timed out but held, or the lock is stuck")
@State
public class WriterTimesOutBeforeReader {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(3);

	private final Rendezvous through = new Rendezvous(2);

	@Actor
	public void impatient(ZZ_Result r) {
		this.rendezvous.arrive();
		r.r1 = LockUnderTest.tryLockBriefly(this.lock.writeLock());
	}

	@Actor
	public void follower() {
		this.rendezvous.arrive();
		this.lock.readLock().lock();
		this.lock.readLock().unlock();
		this.through.await();
	}

	@Actor
	public void holder() {
		this.lock.readLock().lock();
		try {
			this.rendezvous.arrive();
			this.through.await();
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Arbiter
	public void afterwards(ZZ_Result r) {
		r.r2 = LockUnderTest.isFree(this.lock);
	}

}
