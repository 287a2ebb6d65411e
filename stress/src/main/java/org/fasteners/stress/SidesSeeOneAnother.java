package org.fasteners.stress;

import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A holder sees the plain writes of the holder before it: a reader those of the writer,
 * and a writer those of the reader.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The reader was first, and the writer sees its mark")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The writer was first, and the reader sees its mark")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both held the lock at the same time, or a write is not visible")
@State
public class SidesSeeOneAnother {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Rendezvous rendezvous = new Rendezvous(2);

	private int writerWasHere;

	private int readerWasHere;

	@Actor
	public void reader(II_Result r) {
		this.rendezvous.arrive();
		this.lock.readLock().lock();
		try {
			r.r1 = this.writerWasHere;
			Jitter.spin(16);
			this.readerWasHere = 1;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Actor
	public void writer(II_Result r) {
		this.rendezvous.arrive();
		this.lock.writeLock().lock();
		try {
			r.r2 = this.readerWasHere;
			Jitter.spin(16);
			this.writerWasHere = 1;
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

}
