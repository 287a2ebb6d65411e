package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

import org.fasteners.LockDirectoryException;

/**
 * Makes sure that all processes that use a lock directory lock with the same protocol,
 * since otherwise they would not exclude one another.
 */
final class ProtocolMark {

	/*
	 * The mark is the name of an empty file in the directory, which no lock can have
	 * because it begins with a dot. A process looks for marks of other protocols, makes
	 * its own, and looks again: of two that begin at the same time at least one sees the
	 * other. Nobody deletes a mark, because somebody else may rely on it already.
	 */

	private static final String PREFIX = ".protocol-";

	private ProtocolMark() {
	}

	/**
	 * @throws LockDirectoryException if the directory is used with another protocol
	 */
	static void require(LockDirectory directory, LockProtocol protocol) {
		try {
			requireNoOther(directory, protocol);
			Path mark = directory.real().resolve(name(protocol));
			if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
				directory.createMark(mark);
				requireNoOther(directory, protocol);
			}
		}
		catch (IOException ex) {
			throw new LockDirectoryException(directory.real(),
					String.format(Locale.ROOT, "The lock directory %s cannot be marked as one of %s (%s)",
							directory.real(), name(protocol), LockFile.reason(ex)),
					"Let the user of this process create files in it.", ex);
		}
	}

	private static void requireNoOther(LockDirectory directory, LockProtocol protocol) {
		for (LockProtocol other : LockProtocol.values()) {
			if (other != protocol && Files.exists(directory.real().resolve(name(other)), LinkOption.NOFOLLOW_LINKS)) {
				throw new LockDirectoryException(directory.real(), String.format(Locale.ROOT,
						"The lock directory %s is used with the protocol %s, and this process was to use %s: they would not exclude each other",
						directory.real(), text(other), text(protocol)),
						String.format(Locale.ROOT,
								"Set the same fasteners.process.file.protocol for all processes that use the directory. If none uses %s there any more, delete the file %s in it.",
								text(other), name(other)),
						null);
			}
		}
	}

	private static String name(LockProtocol protocol) {
		return PREFIX + text(protocol);
	}

	private static String text(LockProtocol protocol) {
		return protocol.name().toLowerCase(Locale.ROOT);
	}

}
