package org.fasteners.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An engine lock whose fortune the test decides, and that watches how it is used.
 */
final class ScriptedLock extends OnlyLock {

	final AtomicInteger attempts = new AtomicInteger();

	final AtomicInteger acquired = new AtomicInteger();

	final AtomicInteger releasedAgain = new AtomicInteger();

	private final AtomicBoolean busy = new AtomicBoolean();

	private final AtomicBoolean failing = new AtomicBoolean();

	final List<String> violations = new ArrayList<>();

	private volatile boolean refusing;

	/** Modes that are refused, whatever becomes of the others. */
	final Set<LockMode> refused = new CopyOnWriteArraySet<>();

	/** Who was refused. */
	final Set<Thread> losers = new CopyOnWriteArraySet<>();

	/** Who has asked again and again. */
	final Set<Thread> askers = new CopyOnWriteArraySet<>();

	final Set<LockMode> held = new CopyOnWriteArraySet<>();

	final Set<LockMode> waiting = new CopyOnWriteArraySet<>();

	volatile boolean wanted;

	private volatile @Nullable CountDownLatch gate;

	volatile CountDownLatch inside = new CountDownLatch(1);

	/** Nothing was asked that the contract forbids, and nothing was left behind. */
	void assertUsedAsItsContractSays() {
		assertThat(this.violations).isEmpty();
		assertThat(this.held).isEmpty();
		assertThat(this.waiting).isEmpty();
	}

	void refuse() {
		this.refusing = true;
	}

	void allow() {
		this.refusing = false;
	}

	void failOnce() {
		this.failing.set(true);
	}

	void forgetFailures() {
		this.failing.set(false);
	}

	void forget() {
		this.held.clear();
	}

	/** Keep calls from returning. */
	void hold() {
		this.inside = new CountDownLatch(1);
		this.gate = new CountDownLatch(1);
	}

	void proceed() {
		CountDownLatch open = this.gate;
		this.gate = null;
		if (open != null) {
			open.countDown();
		}
	}

	private void enter(String call) {
		if (!this.busy.compareAndSet(false, true)) {
			violation(call + " during another call");
		}
		CountDownLatch closed = this.gate;
		if (closed != null) {
			this.inside.countDown();
			try {
				closed.await();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}
		LockSupport.parkNanos(1);
	}

	private synchronized void violation(String what) {
		this.violations.add(what);
	}

	@Override
	public boolean tryAcquire(LockMode mode, Attempt attempt) {
		enter("tryAcquire");
		try {
			this.attempts.incrementAndGet();
			if (attempt == Attempt.WAITING) {
				this.askers.add(Thread.currentThread());
			}
			if (this.held.contains(mode) || this.held.contains(LockMode.EXCLUSIVE)
					|| (mode == LockMode.EXCLUSIVE && this.held.contains(LockMode.SHARED))) {
				violation("tryAcquire " + mode + " while held: " + this.held);
			}
			if (this.failing.compareAndSet(true, false)) {
				throw new LockEngineException("shows", "lock", new IllegalStateException("planned"));
			}
			if (this.refusing || this.refused.contains(mode)) {
				this.losers.add(Thread.currentThread());
				if (attempt == Attempt.WAITING) {
					this.waiting.add(mode);
				}
				return false;
			}
			this.waiting.remove(mode);
			this.held.add(mode);
			this.acquired.incrementAndGet();
			return true;
		}
		finally {
			this.busy.set(false);
		}
	}

	@Override
	public void stopWaiting(LockMode mode) {
		enter("stopWaiting");
		this.waiting.remove(mode);
		this.busy.set(false);
	}

	@Override
	public LockState verify() {
		return LockState.HELD;
	}

	@Override
	public boolean isWanted() {
		return this.wanted;
	}

	@Override
	public void release(LockMode mode) {
		enter("release");
		try {
			if (!this.held.remove(mode)) {
				violation("release while not held");
			}
			if (this.failing.compareAndSet(true, false)) {
				throw new LockEngineException("shows", "release", new IllegalStateException("planned"));
			}
		}
		finally {
			this.busy.set(false);
		}
	}

	@Override
	public void releaseAgain() {
		enter("releaseAgain");
		this.releasedAgain.incrementAndGet();
		this.busy.set(false);
	}

	@Override
	public List<LockHolder> holders() {
		return this.refusing ? List.of(new LockHolder(LockMode.SHARED, 4242, null, "java -jar shop.jar", null))
				: List.of();
	}

}
