package org.fasteners.torture;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

import org.fasteners.LockAttempt;
import org.fasteners.LockMode;

/**
 * A planted bug: one in twenty sections starts with the loss of all locks of the process,
 * because a second descriptor of the lock file is closed.
 *
 * @param locked the entrance that acquires the lock
 * @param lockFile the file to open and close
 * @param random selects the sections
 */
record LeakyEntrance(Entrance locked, Path lockFile, RandomGenerator random) implements Entrance {

	@Override
	public LockAttempt enter(int resource, LockMode mode) {
		LockAttempt attempt = this.locked.enter(resource, mode);
		if (this.random.nextInt(20) == 0) {
			loseLocks();
		}
		return attempt;
	}

	private void loseLocks() {
		try (FileInputStream second = new FileInputStream(this.lockFile.toFile())) {
			second.available();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
