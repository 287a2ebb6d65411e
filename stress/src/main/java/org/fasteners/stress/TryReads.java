package org.fasteners.stress;

import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * Two readers attempt at the same time to acquire a free lock, and both succeed.
 */
@JCStressTest
@Outcome(id = "true, true, true", expect = Expect.ACCEPTABLE, desc = "Both acquired the lock")
@Outcome(expect = Expect.FORBIDDEN, desc = "One refused because of the other, or the lock is stuck")
@State
public class TryReads {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private final Rendezvous end = new Rendezvous(2);

	@Actor
	public void oneReader(ZZZ_Result r) {
		this.rendezvous.arrive();
		r.r1 = LockUnderTest.tryLock(this.lock.readLock(), this.end);
	}

	@Actor
	public void otherReader(ZZZ_Result r) {
		this.rendezvous.arrive();
		r.r2 = LockUnderTest.tryLock(this.lock.readLock(), this.end);
	}

	@Arbiter
	public void afterwards(ZZZ_Result r) {
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
