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
 * A waiting writer is interrupted at the moment at which another writer releases.
 */
@JCStressTest
@Outcome(id = "true, true, true", expect = Expect.ACCEPTABLE, desc = "Acquired, and the interrupt status is set")
@Outcome(id = "false, true, true", expect = Expect.ACCEPTABLE, desc = "Interrupted, and not acquired")
@Outcome(expect = Expect.FORBIDDEN, desc = "An interrupt lost or doubled, or the lock is stuck")
@State
public class WriterInterruptedAsWriterReleases {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private final InterruptTarget target = new InterruptTarget();

	@Actor
	public void waiter(ZZZ_Result r) {
		this.target.enter();
		this.rendezvous.arrive();
		boolean thrown = false;
		try {
			this.lock.writeLock().lockInterruptibly();
			r.r1 = true;
			this.lock.writeLock().unlock();
		}
		catch (InterruptedException ex) {
			thrown = true;
		}
		boolean interrupted = this.target.leave();
		boolean flag = Thread.interrupted();
		r.r2 = interrupted == (thrown ^ flag);
	}

	@Actor
	public void holder() {
		this.lock.writeLock().lock();
		this.rendezvous.arrive();
		this.target.interrupt();
		Jitter.spin(16);
		this.lock.writeLock().unlock();
	}

	@Arbiter
	public void afterwards(ZZZ_Result r) {
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
