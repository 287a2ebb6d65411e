package org.fasteners.torture;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.LockAttempt;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;
import org.fasteners.torture.StormBoard.Cell;
import org.fasteners.torture.StormBoard.Phase;

/**
 * One storm: starts the processes, disturbs them, lets them run undisturbed for a while,
 * brings them to rest, and checks that all locks are free. Runs in a single thread.
 */
final class StormRun {

	private static final int PROCESSES = 4;

	/**
	 * Longer than a start and than any wait, even on a busy machine.
	 */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

	private static final long TICK = TimeUnit.MILLISECONDS.toNanos(2);

	/** After this time since the last replacement no process uses an old file. */
	private static final long SETTLED = TimeUnit.SECONDS.toNanos(2);

	private static final long LONGEST_STOP = TimeUnit.MILLISECONDS.toNanos(200);

	private static final long DUMP_MILLIS = 2000;

	private final Storm storm;

	private final StormOptions options;

	private final Site site;

	private final Signals signals;

	private final StormBoard board;

	private final SplittableRandom random;

	private final List<Process> processes = new ArrayList<>();

	private long disturbances;

	private long overlapsAtCalm;

	private int stopped = -1;

	private long stoppedUntil;

	StormRun(Storm storm, StormOptions options, Site site, Signals signals) throws IOException {
		this.storm = storm;
		this.options = options;
		this.site = site;
		this.signals = signals;
		this.board = StormBoard.create(site.board(), storm.locks(), PROCESSES * StormWorker.THREADS);
		this.random = new SplittableRandom(options.seed() + storm.name().hashCode());
	}

	/** The path of a lock. */
	static String path(Storm storm, int number) {
		return storm.option() + "-" + number;
	}

	StormResult run() throws IOException, InterruptedException {
		try {
			for (int i = 0; i < PROCESSES; i++) {
				this.processes.add(start(i));
			}
			boolean started = await(1);
			long stuck = 0;
			long held = 0;
			if (started) {
				storm(System.nanoTime() + this.options.nanos() * 3 / 4);
				this.board.phase(Phase.CALM);
				calm(this.options.nanos() / 4);
				this.board.phase(Phase.REST);
				if (await(2)) {
					held = held();
				}
				else if (this.processes.stream().allMatch(Process::isAlive)) {
					stuck = dumpStuck();
				}
			}
			long failed = this.processes.stream().filter((process) -> !process.isAlive()).count();
			return result(started, stuck, held, failed);
		}
		finally {
			this.board.phase(Phase.END);
			kill();
			for (Process process : this.processes) {
				process.waitFor();
			}
		}
	}

	/** A stopped process cannot detect by itself that this process ends. */
	void kill() {
		for (Process process : this.processes) {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
	}

	private Process start(int number) throws IOException {
		List<String> command = new ArrayList<>(prefix(number));
		command.add(this.options.javaHomes().get(number % this.options.javaHomes().size()).executable().toString());
		command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		command.addAll((this.storm == Storm.MEMORY) ? List.of("-Xmx16m", "-XX:-UseTLAB") : List.of("-Xmx64m"));
		command.addAll(List.of("-cp", Site.classPath(), StormWorker.class.getName(), this.storm.name(),
				this.site.board().toString(), this.site.lockDirectory().toString(), String.valueOf(number),
				String.valueOf(this.random.nextLong())));
		File output = this.site.output(number).toFile();
		return new ProcessBuilder(command).redirectOutput(output).redirectError(Redirect.appendTo(output)).start();
	}

	/** The command that gives a process its limits or namespaces. */
	private List<String> prefix(int number) {
		if (this.storm == Storm.DESCRIPTORS) {
			return List.of("sh", "-c", "ulimit -n 64 && exec \"$@\"", "sh");
		}
		if (this.storm != Storm.NAMESPACES) {
			return List.of();
		}
		return switch (number % 3) {
			case 0 -> List.of();
			case 1 -> List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");
			default -> List.of("unshare", "--mount", "--ipc", "--uts");
		};
	}

	/** Wait until all threads have reached a state. */
	private boolean await(long state) {
		long start = System.nanoTime();
		while (System.nanoTime() - start < PATIENCE) {
			boolean all = true;
			for (int slot = 0; slot < this.board.slots(); slot++) {
				all &= this.board.get(slot, Cell.STATE) >= state;
			}
			if (all) {
				return true;
			}
			if (this.processes.stream().anyMatch((process) -> !process.isAlive())) {
				return false;
			}
			LockSupport.parkNanos(TICK);
		}
		return false;
	}

	private void storm(long end) throws IOException {
		long next = System.nanoTime();
		while (System.nanoTime() - end < 0) {
			long now = System.nanoTime();
			if (this.stopped >= 0 && now - this.stoppedUntil >= 0) {
				resume();
			}
			if (now - next >= 0) {
				next = now + disturb(now);
			}
			LockSupport.parkNanos(TICK);
		}
		resume();
	}

	/**
	 * Disturb the processes once.
	 * @return the time until the next disturbance, in nanoseconds
	 */
	private long disturb(long now) throws IOException {
		switch (this.storm) {
			case REPLACED -> replace();
			case STOPPED -> stop(now);
			case KEY_FILES, REGISTRIES -> {
				if (haveFinishedRound()) {
					this.board.round(this.board.round() + 1);
					this.disturbances++;
				}
				return TICK;
			}
			default -> {
			}
		}
		return this.random.nextLong(TimeUnit.MILLISECONDS.toNanos(300));
	}

	private void replace() throws IOException {
		Path file = this.site.lockDirectory()
			.resolve(path(this.storm, 2 * this.random.nextInt(this.storm.locks() / 2)));
		if (this.random.nextBoolean()) {
			Files.deleteIfExists(file);
		}
		else {
			Path other = this.site.directory().resolve("other");
			Files.createFile(other);
			Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		this.disturbances++;
	}

	private void stop(long now) throws IOException {
		if (this.stopped < 0) {
			this.stopped = this.random.nextInt(PROCESSES);
			this.stoppedUntil = now + this.random.nextLong(1, LONGEST_STOP);
			signal("STOP");
			this.disturbances++;
		}
	}

	private void resume() throws IOException {
		if (this.stopped >= 0) {
			signal("CONT");
			this.stopped = -1;
		}
	}

	private void signal(String name) throws IOException {
		Process process = this.processes.get(this.stopped);
		if (process.isAlive()) {
			this.signals.send(name, process.pid());
		}
	}

	private boolean haveFinishedRound() {
		long round = this.board.round();
		int step = (this.storm == Storm.KEY_FILES) ? 1 : StormWorker.THREADS;
		for (int slot = 0; slot < this.board.slots(); slot += step) {
			if (this.board.get(slot, Cell.ROUND) < round) {
				return false;
			}
		}
		return true;
	}

	private void calm(long nanos) {
		LockSupport.parkNanos(Math.max(nanos, SETTLED));
		this.overlapsAtCalm = this.board.sum(Cell.OVERLAPS);
		LockSupport.parkNanos(nanos);
	}

	/** The number of locks that are held although all threads rest. */
	private long held() {
		if (this.storm == Storm.SEMAPHORES || this.storm == Storm.KEY_FILES) {
			return 0;
		}
		long held = 0;
		try (LockRegistry registry = LockRegistries.builder().lockDirectory(this.site.lockDirectory()).build()) {
			for (int number = 0; number < this.storm.locks(); number++) {
				String path = path(this.storm, (this.storm == Storm.DESCRIPTORS) ? number : number - number % 2);
				boolean keyed = this.storm != Storm.DESCRIPTORS && number % 2 == 1;
				try (LockAttempt attempt = (keyed ? registry.interProcessReaderWriterLock(path, "key " + number)
						: registry.interProcessReaderWriterLock(path))
					.tryAcquire(LockMode.EXCLUSIVE, Duration.ofSeconds(2))) {
					if (!attempt.isAcquired()) {
						held++;
					}
				}
			}
		}
		return held;
	}

	private long dumpStuck() throws IOException, InterruptedException {
		long stuck = 0;
		for (int slot = 0; slot < this.board.slots(); slot++) {
			Process process = this.processes.get(slot / StormWorker.THREADS);
			if (this.board.get(slot, Cell.STATE) < 2 && process.isAlive()) {
				stuck++;
				this.signals.send("QUIT", process.pid());
			}
		}
		Thread.sleep(DUMP_MILLIS);
		return stuck;
	}

	private StormResult result(boolean started, long stuck, long held, long failed) throws IOException {
		long overlaps = this.board.sum(Cell.OVERLAPS);
		long lostUpdates = StormResult.lostUpdates(this.board);
		long idle = 0;
		for (int slot = 0; slot < this.board.slots(); slot++) {
			idle += (this.board.get(slot, Cell.SECTIONS) == 0) ? 1 : 0;
		}
		boolean exact = !this.storm.mayOverlapIfLossIsSeen();
		StormResult result = new StormResult(this.storm, this.board.sum(Cell.SECTIONS), this.board.sum(Cell.REFUSED),
				this.disturbances, exact ? overlaps : overlaps - this.overlapsAtCalm, exact ? lostUpdates : 0,
				this.board.sum(Cell.UNSEEN), this.board.sum(Cell.LATE), this.board.sum(Cell.WRONG), held, stuck, failed,
				this.storm.mayRefuse() ? 0 : idle, started);
		if (result.verdict() == Verdict.FAILED) {
			for (int i = 0; i < this.processes.size(); i++) {
				String output = Files.readString(this.site.output(i));
				System.err.print(output.substring(0, Math.min(output.length(), 8000)));
			}
		}
		return result;
	}

}
