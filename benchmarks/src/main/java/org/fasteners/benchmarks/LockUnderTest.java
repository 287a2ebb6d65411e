package org.fasteners.benchmarks;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The only lock in a forked JVM, so that calls of {@link Lock} have a single receiver
 * type for each contender.
 */
@State(Scope.Benchmark)
public class LockUnderTest {

	/** The label of a {@link Contender}. */
	@Param({ "ours", "ours-reader", "ours-fair", "rrwl", "rrwl-fair", "stamped", "reentrant" })
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String lock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of create()
	Lock readLock;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of create()
	Lock writeLock;

	/**
	 * Create the lock.
	 */
	@Setup
	public void create() {
		ReadWriteLock created = Contender.of(this.lock).create();
		this.readLock = created.readLock();
		this.writeLock = created.writeLock();
	}

}
