package org.fasteners.stress;

import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/**
 * A reader never sees a part of an update, and sees all of it after the writer.
 */
@JCStressTest
@Outcome(id = { "0, 0, true", "1, 1, true" }, expect = Expect.ACCEPTABLE, desc = "Before the writer, or after it")
@Outcome(expect = Expect.FORBIDDEN, desc = "A part of the update, or the lock is stuck")
@State
public class ReadersSeeWholeUpdates {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private int x;

	private int y;

	@Actor
	public void writer() {
		this.rendezvous.arrive();
		this.lock.writeLock().lock();
		try {
			this.x = 1;
			Jitter.spin(16);
			this.y = 1;
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Actor
	public void reader(IIZ_Result r) {
		this.rendezvous.arrive();
		this.lock.readLock().lock();
		try {
			r.r1 = this.x;
			Jitter.spin(16);
			r.r2 = this.y;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Arbiter
	public void afterwards(IIZ_Result r) {
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
