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
 * The kernel's table of locks, of which one file is looked at.
 * <p>
 * The kernel holds all locks still while it answers one {@code read(2)}, and gives whole
 * lines, but not more than a page of them. So the lines of one answer were true at one
 * moment; the next answer is about a later moment, and a line that moved meanwhile may be
 * missing in both.
 *
 * @param inode the number of the lock file
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

	/** The locks of the file, in the groups that belong to one moment. */
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
