package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * Which file a path leads to: device and inode where the file system tells, its real path
 * elsewhere. Looking never opens the file: closing a descriptor of a lock file would drop
 * the locks of the whole process on it.
 */
final class FileIdentity {

	private FileIdentity() {
	}

	/**
	 * The identity of what is there now.
	 * @return {@code null} if there is nothing
	 */
	static @Nullable Object of(Path file) throws IOException {
		return of(file, LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * The identity of what is there now.
	 * @param links whether to follow them
	 * @return {@code null} if there is nothing
	 */
	static @Nullable Object of(Path file, LinkOption... links) throws IOException {
		BasicFileAttributes attributes = read(file, links);
		return (attributes != null) ? key(file, attributes, links) : null;
	}

	/**
	 * The identity of a file with data.
	 * @param links whether to follow them
	 * @return {@code null} if there is nothing
	 * @throws FileSystemException if what is there is something else
	 */
	static @Nullable Object ofRegularFile(Path file, LinkOption... links) throws IOException {
		BasicFileAttributes attributes = read(file, links);
		if (attributes == null) {
			return null;
		}
		if (attributes.isSymbolicLink()) {
			throw new FileSystemException(file.toString(), null,
					"it is a symbolic link, which is not followed because of NOFOLLOW_LINKS");
		}
		if (!attributes.isRegularFile()) {
			throw new FileSystemException(file.toString(), null, "it is not a regular file");
		}
		return key(file, attributes, links);
	}

	/**
	 * The identity of a file that may serve as a lock: a regular file with one name.
	 * @return {@code null} if there is nothing
	 * @throws LockPathException if what is there is something else
	 */
	static @Nullable Object ofLockFile(Path file, String name) throws IOException {
		BasicFileAttributes attributes = read(file, LinkOption.NOFOLLOW_LINKS);
		if (attributes == null) {
			return null;
		}
		if (attributes.isSymbolicLink()) {
			throw new LockPathException(name, "there is a symbolic link in its place, which is not followed", null);
		}
		if (!attributes.isRegularFile()) {
			throw new LockPathException(name, "there is something in its place that is not a regular file", null);
		}
		if (links(file) > 1) {
			throw new LockPathException(name, "the file has more than one name (hard links)", null);
		}
		return key(file, attributes, LinkOption.NOFOLLOW_LINKS);
	}

	private static @Nullable BasicFileAttributes read(Path file, LinkOption... links) throws IOException {
		try {
			return Files.readAttributes(file, BasicFileAttributes.class, links);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static Object key(Path file, BasicFileAttributes attributes, LinkOption... links) throws IOException {
		Object key = attributes.fileKey();
		return (key != null) ? key : file.toRealPath(links).toString();
	}

	private static int links(Path file) throws IOException {
		try {
			return (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
		}
		catch (UnsupportedOperationException ex) {
			// not a POSIX system: not checked
			return 1;
		}
		catch (NoSuchFileException ex) {
			// gone since; whoever opens it next sees that
			return 0;
		}
	}

}
