package org.fasteners.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * One position among the workers: a process, and its successor after its death. Not
 * thread-safe: only the thread of the coordinator uses it.
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

	/** Start the first process, or its successor. */
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

	/**
	 * Whether the process has reported its start; before that its JVM may still start.
	 */
	boolean hasStarted() {
		return this.board.get(this.board.layout().life(this.number)) != 0;
	}

	/** Add to the running time, if the process runs. */
	void clock(long nanos) {
		if (isRunning() && hasStarted()) {
			this.ran += nanos;
		}
	}

	/** The running time of all generations since their reported start, in nanoseconds. */
	long ran() {
		return this.ran;
	}

	/** Whether the process failed by itself. Call it when the process does not run. */
	boolean hasFailed(boolean mayEnd) {
		return this.process != null && !this.killed && !(mayEnd && this.process.exitValue() == 0);
	}

	/**
	 * Whether the process may be killed or stopped. It must have completed a section
	 * first, so that a run consists of more than starts of JVMs.
	 */
	boolean isAtWork() {
		return isRunning() && !this.killed && sections() > this.sectionsBefore;
	}

	boolean isStopped() {
		return this.stopped;
	}

	/** Whether one of the threads is in a section. */
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

	/** Send SIGKILL. */
	void kill() {
		if (this.process != null) {
			this.killed = true;
			this.stopped = false;
			this.process.destroyForcibly();
		}
	}

	/** Send SIGSTOP. */
	void stop(long until) throws IOException {
		signal("STOP");
		this.stopped = true;
		this.stoppedUntil = until;
	}

	/** Send SIGCONT, if it is due. */
	void resumeIfDue(long now) throws IOException {
		if (now - this.stoppedUntil >= 0) {
			resume();
		}
	}

	/** Send SIGCONT, if the process is stopped. */
	void resume() throws IOException {
		if (this.stopped) {
			this.stopped = false;
			signal("CONT");
		}
	}

	/**
	 * Send SIGQUIT. A JVM then prints a thread dump; Python terminates without one.
	 */
	void dump() throws IOException {
		signal("QUIT");
	}

	/** Return the output of the process. */
	String output() throws IOException {
		return Files.readString(this.launcher.site().output(this.number));
	}

	/** Wait for the end of the process. */
	boolean awaitEnd(long nanos) throws InterruptedException {
		return this.process == null || this.process.waitFor(nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Clean up the board after the death of the process: resolve increments that were
	 * begun, and clear the marks. The next generation starts after this.
	 * @return whether the process died in a section
	 */
	boolean cleanUp() {
		boolean inside = isInside();
		Layout layout = this.board.layout();
		Tally tally = new Tally(this.board);
		for (int slot = firstSlot(); slot < endOfSlots(); slot++) {
			for (int resource = 0; resource < layout.resources(); resource++) {
				tally.resolve(slot, resource);
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
	 * The process ID cannot belong to another process: this JVM has not reaped the
	 * process yet.
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
