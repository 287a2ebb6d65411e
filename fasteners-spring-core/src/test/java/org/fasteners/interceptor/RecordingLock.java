package org.fasteners.interceptor;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A foreign lock that writes down when it is locked and unlocked.
 */
public final class RecordingLock implements Lock {

	private final ReentrantLock lock = new ReentrantLock();

	private final String name;

	private final List<String> events;

	public RecordingLock(String name, List<String> events) {
		this.name = name;
		this.events = events;
	}

	@Override
	public void lock() {
		this.lock.lock();
		this.events.add(event("lock"));
	}

	@Override
	public void lockInterruptibly() throws InterruptedException {
		this.lock.lockInterruptibly();
		this.events.add(event("lock"));
	}

	@Override
	public boolean tryLock() {
		return recorded(this.lock.tryLock());
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		return recorded(this.lock.tryLock(time, unit));
	}

	private boolean recorded(boolean locked) {
		this.events.add(event(locked ? "lock" : "refused"));
		return locked;
	}

	@Override
	public void unlock() {
		this.events.add(event("unlock"));
		this.lock.unlock();
	}

	@Override
	public Condition newCondition() {
		return this.lock.newCondition();
	}

	private String event(String what) {
		return this.name.isEmpty() ? what : what + " " + this.name;
	}

}
