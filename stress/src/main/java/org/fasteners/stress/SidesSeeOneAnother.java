package org.fasteners.stress;

import org.fasteners.thread.ReaderWriterLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What one side did under its hold, plainly, the next one sees: a reader what the writer
 * did, and a writer what the reader did.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The reader came first, and the writer sees its mark")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The writer came first, and the reader sees its mark")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both at the same time, or one does not see what the other did")
@State
public class SidesSeeOneAnother {

	private final ReaderWriterLock lock = LockUnderTest.create();

	private final Meeting meeting = new Meeting(2);

	private int writerWasHere;

	private int readerWasHere;

	@Actor
	public void reader(II_Result r) {
		this.meeting.arrive();
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
		this.meeting.arrive();
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
