package org.fasteners.process.file;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

import org.fasteners.LockRegistry;

import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A user without any rights, as which root can run a program.
 */
final class Nobody {

	static final int NUMBER = 65534;

	private Nobody() {
	}

	/**
	 * How to run as that user what lies in a directory.
	 * @param home a directory of the test, which is opened for everybody to read
	 */
	static List<String> command(Path home) throws Exception {
		List<String> command = List.of("setpriv", "--reuid", String.valueOf(NUMBER), "--clear-groups");
		Files.setPosixFilePermissions(Objects.requireNonNull(home.getParent()),
				PosixFilePermissions.fromString("rwxr-xr-x"));
		List<String> attempt = new ArrayList<>(command);
		attempt.addAll(List.of(Peer.javaExecutable(), "-version"));
		assumeThat(Commands.succeeds(attempt.toArray(new String[0])))
			.as("root, who may be another user that can run java (Debian: setpriv of util-linux)")
			.isTrue();
		return command;
	}

	/**
	 * A peer whose classes everybody may read, wherever the class path of the test is.
	 */
	static List<String> faultyPeer(List<String> user, Path home, Path lockDirectory, String... more) throws Exception {
		return faultyPeer(user, LockDirectoryAccess.OWNER, home, lockDirectory, more);
	}

	/** The same with a lock directory that others may use. */
	static List<String> faultyPeer(List<String> user, LockDirectoryAccess access, Path home, Path lockDirectory,
			String... more) throws Exception {
		String classPath = readable(LockRegistry.class, home.resolve("library")) + File.pathSeparator
				+ readable(FaultPeer.class, home.resolve("tests"));
		List<String> command = new ArrayList<>(user);
		command.addAll(List.of(Peer.javaExecutable(), "-XX:TieredStopAtLevel=1",
				String.format(Locale.ROOT, "-D%s=%s", FaultPeer.ACCESS, access), "-cp", classPath,
				FaultPeer.class.getName(), lockDirectory.toString()));
		command.addAll(List.of(more));
		return command;
	}

	/** A copy of the jar or directory of a class. */
	private static Path readable(Class<?> type, Path copy) throws Exception {
		Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
		if (!Files.exists(copy)) {
			try (Stream<Path> files = Files.walk(from)) {
				for (Path file : files.toList()) {
					copy(file, copy.resolve(from.relativize(file).toString()).normalize());
				}
			}
		}
		return copy;
	}

	private static void copy(Path file, Path to) throws IOException {
		if (Files.isDirectory(file)) {
			Files.createDirectories(to);
		}
		else {
			Files.copy(file, to);
		}
	}

}
