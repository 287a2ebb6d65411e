package org.fasteners.process.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A list of entries that only the lock under test guards. Each section appends one, half
 * by half, and looks at the end whether it is still its own. Whoever is killed may leave
 * half an entry, which the next one overwrites.
 */
final class Counter {

	private static final int HALF = Integer.BYTES;

	private static final int ENTRY = 2 * HALF;

	private Counter() {
	}

	static void append(Path file) throws IOException {
		int mark = ThreadLocalRandom.current().nextInt();
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			long place = channel.size() / ENTRY * ENTRY;
			channel.write(ByteBuffer.allocate(HALF).putInt(0, mark), place);
			Thread.yield();
			channel.write(ByteBuffer.allocate(HALF).putInt(0, ~mark), place + HALF);
			Thread.yield();
			ByteBuffer entry = ByteBuffer.allocate(ENTRY);
			channel.read(entry, place);
			if (channel.size() != place + ENTRY || entry.getInt(0) != mark || entry.getInt(HALF) != ~mark) {
				Files.writeString(overlap(file), "two were inside at entry " + place / ENTRY);
			}
		}
	}

	private static Path overlap(Path file) {
		return file.resolveSibling("overlap");
	}

	/** How many sections there have been. */
	static long entries(Path file) {
		try {
			return Files.exists(file) ? Files.size(file) / ENTRY : 0;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/** To be called by a holder of the lock. */
	static void verify(Path file) throws IOException {
		assertThat(overlap(file)).doesNotExist();
		ByteBuffer entries = ByteBuffer.wrap(Files.readAllBytes(file));
		while (entries.remaining() >= ENTRY) {
			assertThat(entries.getInt()).isEqualTo(~entries.getInt());
		}
	}

}
