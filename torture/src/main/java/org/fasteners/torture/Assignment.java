package org.fasteners.torture;

import java.nio.file.Path;
import java.util.List;

import org.fasteners.LockPreference;

/**
 * The configuration of a worker, as its command line passes it.
 *
 * @param board the file of the {@link Board}
 * @param lockDirectory the directory of the lock file
 * @param process the number of the process on the board
 * @param generation which life of that process it is, from 1
 * @param seed the seed of all random choices
 * @param behaviour what the worker does
 * @param preference which waiters go first; may differ between processes
 * @param plantedBug a planted bug
 */
record Assignment(Path board, Path lockDirectory, int process, long generation, long seed, Behaviour behaviour,
		LockPreference preference, PlantedBug plantedBug) {

	static Assignment parse(String[] arguments) {
		return new Assignment(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]),
				Long.parseLong(arguments[3]), Long.parseLong(arguments[4]), Behaviour.valueOf(arguments[5]),
				LockPreference.valueOf(arguments[6]), PlantedBug.valueOf(arguments[7]));
	}

	List<String> arguments() {
		return List.of(this.board.toString(), this.lockDirectory.toString(), String.valueOf(this.process),
				String.valueOf(this.generation), String.valueOf(this.seed), this.behaviour.name(),
				this.preference.name(), this.plantedBug.name());
	}

}
