package org.fasteners.torture;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The locks of one file in the kernel's table of locks.
 * <p>
 * The kernel blocks all changes of the table while it answers one {@code read(2)}. An
 * answer consists of whole lines, of at most one page in total. The lines of one answer
 * are therefore a consistent snapshot. The next answer is a later snapshot: a line that
 * moves in between may be missing in both.
 *
 * @param inode the inode number of the lock file
 */
record KernelTable(long inode) {

	private static final Path TABLE = Path.of("/proc/locks");

	private static final int MORE_THAN_A_PAGE = 1 << 16;

	static KernelTable of(Path file) throws IOException {
		return new KernelTable((Long) Files.getAttribute(file, "unix:ino"));
	}

	static boolean isReadable() {
		return Files.isReadable(TABLE);
	}

	/** Return the locks of the file, grouped by snapshot. */
	List<List<KernelLock>> read() throws IOException {
		List<List<KernelLock>> moments = new ArrayList<>();
		byte[] answer = new byte[MORE_THAN_A_PAGE];
		try (FileInputStream table = new FileInputStream(TABLE.toFile())) {
			int length = table.read(answer);
			while (length > 0) {
				moments.add(parse(new String(answer, 0, length, StandardCharsets.US_ASCII)));
				length = table.read(answer);
			}
		}
		return moments;
	}

	List<KernelLock> parse(String lines) {
		return lines.lines()
			.map(KernelLock::parse)
			.flatMap(Optional::stream)
			.filter((lock) -> lock.inode() == this.inode)
			.toList();
	}

}
