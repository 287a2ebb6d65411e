package org.fasteners.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockUpgradeException;
import org.fasteners.SharedExclusiveLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Gate} and {@link Share}: what the engine gives is what the holds need, in every
 * order of taking and releasing them.
 */
@Timeout(120)
class ShareModelTests {

	private static final List<LockMode> MODES = List.of(LockMode.values());

	private static final int MOST_HOLDS = 4;

	private static final int LONGEST_ORDER = 6;

	private static final int THREADS = 3;

	private static final int STEPS = 500;

	private final PretendedKernel kernel = new PretendedKernel();

	@Test
	void whatTheEngineGivesIsWhatTheHoldsOfAThreadNeedInEveryOrder() {
		List<List<Integer>> orders = new ArrayList<>(List.of(List.of()));
		int played = 0;
		while (!orders.isEmpty()) {
			List<List<Integer>> longer = new ArrayList<>();
			for (List<Integer> order : orders) {
				Player player = new Player();
				int choices = player.play(order);
				player.closeAll();
				played++;
				for (int next = 0; next < choices && order.size() < LONGEST_ORDER; next++) {
					List<Integer> one = new ArrayList<>(order);
					one.add(next);
					longer.add(one);
				}
			}
			orders = longer;
		}
		assertThat(played).isGreaterThan(1_000);
		assertThat(this.kernel.violations).isEmpty();
	}

	@Test
	void whatTheEngineGivesIsWhatTheHoldsOfAThreadNeedInLongOrders() {
		Random random = new Random(42);
		for (int round = 0; round < 1_000; round++) {
			Player player = new Player();
			for (int step = 0; step < 30; step++) {
				player.step(random.nextInt(player.choices()));
			}
			player.closeAll();
		}
		assertThat(this.kernel.violations).isEmpty();
	}

	/** One thread, which may let another one release what it has detached. */
	private static final class Player {

		private final PretendedKernel kernel = new PretendedKernel();

		private final PretendedKernel.Pretender engine = this.kernel.process();

		private final SharedExclusiveLock lock = this.engine.locks(LockPreference.FAIR, Pauses.DEFAULT).get("shows");

		private final List<LockHold> holds = new ArrayList<>();

		private final Map<LockHold, LockMode> modes = new HashMap<>();

		private final Set<LockHold> detached = new HashSet<>();

		private final Deque<String> history = new ArrayDeque<>();

		/** Whether the first write came before any update hold. */
		private boolean inOnePiece;

		int play(List<Integer> order) {
			order.forEach(this::step);
			return choices();
		}

		/** Three modes to take, and each hold may be closed or detached. */
		int choices() {
			return 3 + 2 * this.holds.size();
		}

		void step(int choice) {
			if (choice < 3) {
				if (this.holds.size() < MOST_HOLDS) {
					take(MODES.get(choice));
				}
			}
			else if (choice < 3 + this.holds.size()) {
				close(this.holds.get(choice - 3));
			}
			else {
				LockHold hold = this.holds.get(choice - 3 - this.holds.size());
				this.history.add("detach " + this.modes.get(hold));
				hold.detach();
				this.detached.add(hold);
			}
			check();
		}

		private void take(LockMode mode) {
			this.history.add("take " + mode);
			try {
				LockAttempt attempt = this.lock.tryAcquire(mode);
				if (attempt.isAcquired()) {
					LockHold hold = (LockHold) attempt;
					this.inOnePiece |= mode == LockMode.EXCLUSIVE && count(LockMode.UPDATE) == 0
							&& count(LockMode.EXCLUSIVE) == 0;
					this.holds.add(hold);
					this.modes.put(hold, mode);
				}
				else {
					assertThat(this.detached).as("%s", this.history).isNotEmpty();
				}
			}
			catch (LockUpgradeException ex) {
				assertThat(count(LockMode.SHARED)).as("%s", this.history).isPositive();
			}
		}

		private void close(LockHold hold) {
			this.history.add("close " + this.modes.get(hold));
			hold.close();
			this.holds.remove(hold);
			this.modes.remove(hold);
			this.detached.remove(hold);
			this.inOnePiece &= !this.holds.isEmpty();
		}

		private int count(LockMode mode) {
			return (int) this.modes.values().stream().filter(mode::equals).count();
		}

		private void check() {
			Set<LockMode> held = this.engine.held();
			boolean reads = count(LockMode.SHARED) > 0;
			boolean updates = count(LockMode.UPDATE) > 0;
			boolean writes = count(LockMode.EXCLUSIVE) > 0;
			boolean exclusive = writes || this.inOnePiece;
			String when = this.history + " gave " + held;
			assertThat(held.contains(LockMode.EXCLUSIVE)).as(when).isEqualTo(exclusive);
			if (this.inOnePiece) {
				assertThat(held).as(when).containsExactly(LockMode.EXCLUSIVE);
			}
			else {
				assertThat(held.contains(LockMode.UPDATE)).as(when).isEqualTo(updates || writes);
				if (reads && !updates && !writes) {
					assertThat(held).as(when).contains(LockMode.SHARED);
				}
				if (!reads) {
					assertThat(held).as(when).doesNotContain(LockMode.SHARED);
				}
			}
			for (LockMode mode : LockMode.values()) {
				assertThat(this.lock.isHeld(mode)).as(when).isEqualTo(count(mode) > 0);
			}
			assertThat(this.kernel.violations).as(when).isEmpty();
		}

		void closeAll() {
			while (!this.holds.isEmpty()) {
				close(this.holds.get(0));
				check();
			}
			assertThat(this.engine.held()).as("%s", this.history).isEmpty();
			assertThat(this.engine.waiting()).as("%s", this.history).isEmpty();
		}

	}

	@ParameterizedTest
	@EnumSource
	void threadsOfProcessesExcludeOneAnotherAndLeaveNothing(LockPreference preference) {
		playTogether(preference, false);
	}

	@ParameterizedTest
	@EnumSource
	void threadsThatPassHoldsOnExcludeOneAnotherAndLeaveNothing(LockPreference preference) {
		playTogether(preference, true);
	}

	private void playTogether(LockPreference preference, boolean detaching) {
		List<PretendedKernel.Pretender> engines = List.of(this.kernel.process(), this.kernel.process());
		Gauge gauge = new Gauge();
		List<Background<Boolean>> workers = new ArrayList<>();
		Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();
		for (PretendedKernel.Pretender engine : engines) {
			SharedExclusiveLock lock = engine.locks(preference, Pauses.DEFAULT).get("shows");
			for (int i = 0; i < THREADS; i++) {
				int seed = workers.size();
				workers.add(Background.start(
						() -> new Worker(engine, lock, gauge, new Random(seed), detaching ? handedOver : null).run()));
			}
		}
		workers.forEach(Background::result);
		handedOver.forEach(Runnable::run);
		assertThat(this.kernel.violations).isEmpty();
		for (PretendedKernel.Pretender engine : engines) {
			assertThat(engine.held()).isEmpty();
			assertThat(engine.waiting()).isEmpty();
		}
	}

	/** Who is inside, of all processes. */
	private static final class Gauge {

		private final AtomicInteger readers = new AtomicInteger();

		private final AtomicInteger updaters = new AtomicInteger();

		private final AtomicInteger writers = new AtomicInteger();

		AtomicInteger of(LockMode mode) {
			return switch (mode) {
				case SHARED -> this.readers;
				case UPDATE -> this.updaters;
				case EXCLUSIVE -> this.writers;
			};
		}

	}

	/** Takes and releases nested holds at random. */
	private static final class Worker {

		private final PretendedKernel.Pretender engine;

		private final SharedExclusiveLock lock;

		private final Gauge gauge;

		private final Random random;

		private final @Nullable Queue<Runnable> handedOver;

		Worker(PretendedKernel.Pretender engine, SharedExclusiveLock lock, Gauge gauge, Random random,
				@Nullable Queue<Runnable> handedOver) {
			this.engine = engine;
			this.lock = lock;
			this.gauge = gauge;
			this.random = random;
			this.handedOver = handedOver;
		}

		void run() {
			for (int step = 0; step < STEPS; step++) {
				nest(0);
				Runnable foreign = (this.handedOver != null) ? this.handedOver.poll() : null;
				if (foreign != null) {
					foreign.run();
				}
			}
		}

		private void nest(int depth) {
			LockMode mode = MODES.get(this.random.nextInt(3));
			Duration timeout = switch (this.random.nextInt(4)) {
				case 0 -> Duration.ZERO;
				case 1 -> Duration.ofMillis(1);
				default -> Duration.ofNanos(this.random.nextInt(500_000));
			};
			if (this.random.nextInt(50) == 0) {
				Thread.currentThread().interrupt();
			}
			try {
				LockAttempt attempt = this.lock.tryAcquire(mode, timeout);
				if (attempt.isAcquired()) {
					inside(mode, (LockHold) attempt, depth);
				}
			}
			catch (LockUpgradeException | LockInterruptedException | LockEngineException ex) {
				// as planned
			}
			Thread.interrupted();
		}

		private void inside(LockMode mode, LockHold hold, int depth) {
			this.gauge.of(mode).incrementAndGet();
			checkInside(mode);
			if (depth < 3 && this.random.nextBoolean()) {
				nest(depth + 1);
			}
			else if (this.random.nextInt(4) == 0) {
				LockSupport.parkNanos(50_000);
			}
			checkInside(mode);
			if (this.handedOver != null && this.random.nextInt(3) == 0) {
				hold.detach();
				this.handedOver.add(() -> leave(mode, hold));
			}
			else {
				leave(mode, hold);
			}
		}

		private void leave(LockMode mode, LockHold hold) {
			this.gauge.of(mode).decrementAndGet();
			hold.close();
		}

		private void checkInside(LockMode mode) {
			Set<LockMode> held = this.engine.held();
			boolean covered = held.contains(LockMode.EXCLUSIVE)
					|| (mode != LockMode.EXCLUSIVE && held.contains(LockMode.UPDATE))
					|| (mode == LockMode.SHARED && held.contains(LockMode.SHARED));
			assertThat(covered).as("%s needs more than %s", mode, held).isTrue();
		}

	}

}
