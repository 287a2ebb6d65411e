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
 * A writer acquires a read hold and releases its write hold (downgrade). No writer enters
 * before the read hold is released as well.
 */
@JCStressTest
@Outcome(id = "false, false, true", expect = Expect.ACCEPTABLE,
		desc = "No writer enters before the read hold is released")
@Outcome(expect = Expect.FORBIDDEN, desc = "A writer enters too early, or the lock is stuck")
@State
public class DowngradeKeepsWritersOut {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	/** Whether the first actor holds the lock in any mode. */
	private volatile boolean held;

	@Actor
	public void downgrader() {
		this.rendezvous.arrive();
		this.lock.writeLock().lock();
		this.held = true;
		this.lock.readLock().lock();
		this.lock.writeLock().unlock();
		Jitter.spin(32);
		this.held = false;
		this.lock.readLock().unlock();
	}

	@Actor
	public void writer(ZZZ_Result r) {
		this.rendezvous.arrive();
		if (this.lock.writeLock().tryLock()) {
			r.r1 = this.held;
			this.lock.writeLock().unlock();
		}
		this.lock.writeLock().lock();
		r.r2 = this.held;
		this.lock.writeLock().unlock();
	}

	@Arbiter
	public void afterwards(ZZZ_Result r) {
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
