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
 * A writer and a reader attempt at the same time to acquire a free lock, and exactly one
 * succeeds. No actor releases before both have made their attempts.
 */
@JCStressTest
@Outcome(id = { "true, false, true", "false, true, true" }, expect = Expect.ACCEPTABLE, desc = "One acquired the lock")
@Outcome(id = "true, true, true", expect = Expect.FORBIDDEN, desc = "A writer beside a reader")
@Outcome(id = "false, false, true", expect = Expect.FORBIDDEN, desc = "Each refused because of the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "The lock is stuck")
@State
public class TryWriteAgainstTryRead {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private final Rendezvous end = new Rendezvous(2);

	@Actor
	public void writer(ZZZ_Result r) {
		this.rendezvous.arrive();
		r.r1 = LockUnderTest.tryLock(this.lock.writeLock(), this.end);
	}

	@Actor
	public void reader(ZZZ_Result r) {
		this.rendezvous.arrive();
		r.r2 = LockUnderTest.tryLock(this.lock.readLock(), this.end);
	}

	@Arbiter
	public void afterwards(ZZZ_Result r) {
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
