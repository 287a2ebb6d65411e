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
 * Two readers and a writer acquire and release at the same time. A reader sees the value
 * before or after the write, and in the end no hold remains.
 */
@JCStressTest
@Outcome(id = { "true, 1, true" }, expect = Expect.ACCEPTABLE, desc = "All acquired and released")
@Outcome(expect = Expect.FORBIDDEN, desc = "A write during a read, or the lock is stuck")
@State
public class ReadersBesideWriter {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(3);

	private int value;

	private boolean one;

	private boolean other;

	@Actor
	public void oneReader() {
		this.rendezvous.arrive();
		this.one = read();
	}

	@Actor
	public void otherReader() {
		this.rendezvous.arrive();
		this.other = read();
	}

	private boolean read() {
		this.lock.readLock().lock();
		try {
			int before = this.value;
			Jitter.spin(16);
			return before == this.value;
		}
		finally {
			this.lock.readLock().unlock();
		}
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
		r.r1 = this.one && this.other;
		r.r2 = this.value;
		r.r3 = LockUnderTest.isFree(this.lock);
	}

}
