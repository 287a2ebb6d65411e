package org.fasteners.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * One place among the workers: a process and, when it has died, the next one. Not
 * thread-safe: the coordinator has one thread.
 */
final class WorkerProcess {

	private final int number;

	private final Kind kind;

	private final Board board;

	private final Launcher launcher;

	private final Signals signals;

	private @Nullable Process process;

	private long generation;

	private long sectionsBefore;

	private long ran;

	private boolean killed;

	private boolean stopped;

	private long stoppedUntil;

	WorkerProcess(int number, Kind kind, Board board, Launcher launcher, Signals signals) {
		this.number = number;
		this.kind = kind;
		this.board = board;
		this.launcher = launcher;
		this.signals = signals;
	}

	Kind kind() {
		return this.kind;
	}

	/** Start the first process, or the next. */
	void start() throws IOException {
		this.generation++;
		this.sectionsBefore = sections();
		this.killed = false;
		this.stopped = false;
		this.process = this.launcher.start(this.number, this.kind, this.generation);
	}

	boolean isRunning() {
		return this.process != null && this.process.isAlive();
	}

	/** Whether it has said that it runs: before that, its JVM may still be starting. */
	boolean hasStarted() {
		return this.board.get(this.board.layout().life(this.number)) != 0;
	}

	/** Some time has passed. */
	void clock(long nanos) {
		if (isRunning() && hasStarted()) {
			this.ran += nanos;
		}
	}

	/** How long it ran in all lives, from when it said so. */
	long ran() {
		return this.ran;
	}

	/** Whether it ended by itself, and not well. To be asked when it does not run. */
	boolean hasFailed(boolean mayEnd) {
		return this.process != null && !this.killed && !(mayEnd && this.process.exitValue() == 0);
	}

	/**
	 * Whether it may be killed or stopped: once it has done something, so that a run is
	 * more than starts of JVMs.
	 */
	boolean isAtWork() {
		return isRunning() && !this.killed && sections() > this.sectionsBefore;
	}

	boolean isStopped() {
		return this.stopped;
	}

	/** Whether one of its threads is in a section now. */
	boolean isInside() {
		Layout layout = this.board.layout();
		for (int slot = firstSlot(); slot < endOfSlots(); slot++) {
			for (int resource = 0; resource < layout.resources(); resource++) {
				if (this.board.get(layout.mark(slot, resource)) != Mark.NONE) {
					return true;
				}
			}
		}
		return false;
	}

	/** {@code kill -9}. */
	void kill() {
		if (this.process != null) {
			this.killed = true;
			this.stopped = false;
			this.process.destroyForcibly();
		}
	}

	/** SIGSTOP. */
	void stop(long until) throws IOException {
		signal("STOP");
		this.stopped = true;
		this.stoppedUntil = until;
	}

	/** SIGCONT, if it is time. */
	void goOnIfDue(long now) throws IOException {
		if (now - this.stoppedUntil >= 0) {
			goOn();
		}
	}

	/** SIGCONT, if it is stopped. */
	void goOn() throws IOException {
		if (this.stopped) {
			this.stopped = false;
			signal("CONT");
		}
	}

	/**
	 * SIGQUIT, whereupon a JVM writes what its threads do. Python does not, and dies.
	 */
	void dump() throws IOException {
		signal("QUIT");
	}

	/** What it has written. */
	String output() throws IOException {
		return Files.readString(this.launcher.site().output(this.number));
	}

	/** Wait for the end. */
	boolean awaitEnd(long nanos) throws InterruptedException {
		return this.process == null || this.process.waitFor(nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Bring the board in order after the death: decide about a count that was begun, and
	 * clear the marks. The next generation starts after it.
	 * @return whether it died in a section
	 */
	boolean settle() {
		boolean inside = isInside();
		Layout layout = this.board.layout();
		Tally tally = new Tally(this.board);
		for (int slot = firstSlot(); slot < endOfSlots(); slot++) {
			for (int resource = 0; resource < layout.resources(); resource++) {
				tally.settle(slot, resource);
				this.board.set(layout.mark(slot, resource), Mark.NONE);
			}
		}
		this.board.set(layout.life(this.number), 0);
		return inside;
	}

	/** How many sections it has finished, in all lives. */
	long sections() {
		long sections = 0;
		for (LockMode mode : LockMode.values()) {
			sections += sections(mode);
		}
		return sections;
	}

	long sections(LockMode mode) {
		long sections = 0;
		for (int slot = firstSlot(); slot < endOfSlots(); slot++) {
			sections += this.board.get(this.board.layout().sections(slot, mode));
		}
		return sections;
	}

	/**
	 * The process cannot be another one: it is not known to have ended, so it is not
	 * reaped.
	 */
	private void signal(String signal) throws IOException {
		if (this.process != null && this.process.isAlive()) {
			this.signals.send(signal, this.process.pid());
		}
	}

	private int firstSlot() {
		return this.board.layout().firstSlot(this.number);
	}

	private int endOfSlots() {
		return this.board.layout().firstSlot(this.number + 1);
	}

}
