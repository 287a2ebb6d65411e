package org.fasteners.stress;

import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * Two writers increment a counter, and no increment is lost.
 */
@JCStressTest
@Outcome(id = "2, true", expect = Expect.ACCEPTABLE, desc = "One after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "A lost increment, or the lock is stuck")
@State
public class WritersTakeTurns {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private int count;

	@Actor
	public void oneWriter() {
		this.rendezvous.arrive();
		write();
	}

	@Actor
	public void otherWriter() {
		this.rendezvous.arrive();
		write();
	}

	private void write() {
		this.lock.writeLock().lock();
		try {
			this.count++;
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Arbiter
	public void afterwards(IZ_Result r) {
		r.r1 = this.count;
		r.r2 = LockUnderTest.isFree(this.lock);
	}

}
