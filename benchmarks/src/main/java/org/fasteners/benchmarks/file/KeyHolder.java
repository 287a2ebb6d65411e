package org.fasteners.benchmarks.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

import org.fasteners.LockRegistry;

/**
 * Holds many keys of one path for a thread.
 */
final class KeyHolder implements Closeable {

	private final LockRegistry registry;

	private final int keys;

	KeyHolder(LockRegistry registry, int keys) {
		this.registry = registry;
		this.keys = keys;
		for (int i = 0; i < keys; i++) {
			registry.interProcessLock(FileContender.FILE, "held-" + i).acquire();
		}
	}

	/**
	 * Hold the keys in this process until its input is closed.
	 * @param args the directory, the number of key files, and the number of keys
	 */
	public static void main(String... args) throws IOException {
		try (LockRegistry registry = FileContender.keys(Path.of(args[0]), Integer.parseInt(args[1]));
				KeyHolder holder = new KeyHolder(registry, Integer.parseInt(args[2]))) {
			System.out.println("ready");
			System.in.read();
		}
	}

	@Override
	public void close() {
		for (int i = 0; i < this.keys; i++) {
			this.registry.interProcessLock(FileContender.FILE, "held-" + i).unlock();
		}
	}

}
