package org.fasteners.process;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;

/**
 * One lock between processes, all of which are played in this JVM. It is exact: what its
 * contract forbids is put on record.
 */
final class PretendedKernel {

	final List<String> violations = new CopyOnWriteArrayList<>();

	private final List<Pretender> processes = new ArrayList<>();

	synchronized Pretender process() {
		Pretender process = new Pretender();
		this.processes.add(process);
		return process;
	}

	/** What a process does with the lock. */
	final class Pretender extends OnlyLock {

		private final Set<LockMode> held = EnumSet.noneOf(LockMode.class);

		private final Set<LockMode> waiting = new HashSet<>();

		/** Is told each call before it has an effect, and may fail it. */
		@SuppressWarnings("UnnecessaryLambda") // the one that does nothing
		volatile Consumer<String> hook = (call) -> {
		};

		volatile boolean wanted;

		volatile boolean refused;

		Set<LockMode> held() {
			synchronized (PretendedKernel.this) {
				return Set.copyOf(this.held);
			}
		}

		Set<LockMode> waiting() {
			synchronized (PretendedKernel.this) {
				return Set.copyOf(this.waiting);
			}
		}

		@Override
		public boolean tryAcquire(LockMode mode, Attempt attempt) {
			this.hook.accept(mode + " " + attempt);
			synchronized (PretendedKernel.this) {
				if (this.held.contains(mode) || this.held.contains(LockMode.EXCLUSIVE)
						|| (mode == LockMode.EXCLUSIVE && this.held.contains(LockMode.SHARED))) {
					PretendedKernel.this.violations.add("acquired " + mode + " while " + this.held + " were held");
				}
				boolean obtained = !this.refused && PretendedKernel.this.processes.stream()
					.noneMatch((other) -> other != this && other.excludes(mode));
				if (obtained) {
					this.held.add(mode);
					this.waiting.remove(mode);
				}
				else if (attempt == Attempt.WAITING) {
					this.waiting.add(mode);
				}
				return obtained;
			}
		}

		private boolean excludes(LockMode mode) {
			return switch (mode) {
				case SHARED -> this.held.contains(LockMode.EXCLUSIVE);
				case UPDATE -> this.held.contains(LockMode.EXCLUSIVE) || this.held.contains(LockMode.UPDATE);
				case EXCLUSIVE -> !this.held.isEmpty();
			};
		}

		@Override
		public void stopWaiting(LockMode mode) {
			this.hook.accept("stopWaiting " + mode);
			synchronized (PretendedKernel.this) {
				this.waiting.remove(mode);
			}
		}

		@Override
		public void release(LockMode mode) {
			this.hook.accept("release " + mode);
			synchronized (PretendedKernel.this) {
				if (!this.held.remove(mode)) {
					PretendedKernel.this.violations.add("released " + mode + " while " + this.held + " were held");
				}
			}
		}

		@Override
		public LockState verify() {
			return LockState.UNKNOWN;
		}

		@Override
		public boolean isWanted() {
			this.hook.accept("isWanted");
			synchronized (PretendedKernel.this) {
				return this.wanted || PretendedKernel.this.processes.stream()
					.anyMatch((other) -> other != this && !other.waiting.isEmpty());
			}
		}

		@Override
		public List<LockHolder> holders() {
			return List.of();
		}

	}

}
