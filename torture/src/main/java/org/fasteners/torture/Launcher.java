package org.fasteners.torture;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.fasteners.LockPreference;

/**
 * Starts workers. All random choices derive from the seed of the run, the number of the
 * process and its generation.
 *
 * @param options the options of the run
 * @param site the directory of the run
 * @param python the interpreter of the Python workers
 */
record Launcher(Options options, Site site, Python python) {

	private static final List<String> QUICK_START = List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1",
			"-XX:+UseSerialGC", "-Xmx64m");

	private static final long MIXER = 0x9E3779B97F4A7C15L;

	Process start(int process, Kind kind, long generation) throws IOException {
		SplittableRandom random = random(process, generation);
		LockPreference[] preferences = LockPreference.values();
		Assignment assignment = new Assignment(this.site.board(), this.site.lockDirectory(), process, generation,
				random.nextLong(), kind.behaviour(), preferences[random.nextInt(preferences.length)],
				this.options.plantedBug());
		List<String> command = kind.behaviour().isPython() ? python(assignment)
				: java(kind.homes().get(random.nextInt(kind.homes().size())), assignment);
		return new ProcessBuilder(command).redirectOutput(Redirect.appendTo(this.site.output(process).toFile()))
			.redirectError(Redirect.INHERIT)
			.start();
	}

	/** Random choices of one life of one process. Process -1 is the coordinator. */
	SplittableRandom random(int process, long generation) {
		return new SplittableRandom(this.options.seed() + MIXER * ((process + 1L) << Integer.SIZE | generation));
	}

	private List<String> java(JavaHome home, Assignment assignment) {
		List<String> command = new ArrayList<>(List.of(home.executable().toString()));
		command.addAll(QUICK_START);
		command.addAll(List.of("-cp", Site.classPath(), Worker.class.getName()));
		command.addAll(assignment.arguments());
		return command;
	}

	private List<String> python(Assignment assignment) {
		return List.of(this.python.interpreter(), this.site.script().toString(), assignment.board().toString(),
				this.site.lockFile().toString(), String.valueOf(assignment.process()),
				String.valueOf(assignment.generation()), String.valueOf(assignment.seed()),
				assignment.behaviour().name(), assignment.plantedBug().name());
	}

}
