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
 * A writer times out at the moment at which another writer releases.
 */
@JCStressTest
@Outcome(id = { "true, true", "false, true" }, expect = Expect.ACCEPTABLE,
		desc = "Acquired or timed out, and free in the end")
@Outcome(expect = Expect.FORBIDDEN, desc = "Timed out but held, or the lock is stuck")
@State
public class WriterTimesOutAsWriterReleases {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	@Actor
	public void holder() {
		this.lock.writeLock().lock();
		this.rendezvous.arrive();
		Jitter.spin(64);
		this.lock.writeLock().unlock();
	}

	@Actor
	public void impatient(ZZ_Result r) {
		this.rendezvous.arrive();
		r.r1 = LockUnderTest.tryLockBriefly(this.lock.writeLock());
	}

	@Arbiter
	public void afterwards(ZZ_Result r) {
		r.r2 = LockUnderTest.isFree(this.lock);
	}

}
