package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The way of the kernel along a configured path: every directory in which a component is
 * looked up, and every symbolic link that is followed.
 *
 * @param steps what was passed, in order
 * @param end the last directory that exists. Its path has no links and no {@code ..}
 * @param missing names of the directories below it that do not exist yet
 */
record DirectoryWalk(List<Step> steps, FileStatus end, List<Path> missing) {

	/*-
	 * path_resolution(7), by hand, because the real path alone does not show through which
	 * links it was found:
	 *
	 *   1. Start at the root, with the components of the path as it was configured.
	 *   2. Take the status of the current directory, and then look up the next component.
	 *   3. A link: put the components of its target before the others; go on from the
	 *      current directory, or from the root if the target is absolute.
	 *   4. "..": go to the parent of the current directory. Links before it have been
	 *      resolved by then, so "link/.." is the parent of the target.
	 *
	 * Invariants. The path of the current directory never has a link in it, so its parent
	 * by name is its parent. Each directory in which a component is looked up is a step,
	 * and its status is taken before the look-up: if the rules of Permissions accept all
	 * steps, then from that moment on only users that are trusted could change what was
	 * found, and the result is as stable as they want it to be. No check-then-use race is
	 * left to any other user.
	 *
	 * Like the kernel, it follows at most 40 links.
	 */

	private static final int MOST_LINKS = 40;

	/**
	 * Follow a path.
	 * @param path absolute, not normalised
	 * @throws NotADirectory if something else is on the way or at the end
	 */
	static DirectoryWalk along(Path path) throws IOException {
		List<Step> steps = new ArrayList<>();
		Deque<Path> rest = new ArrayDeque<>();
		path.forEach(rest::add);
		FileStatus current = FileStatus.of(root(path));
		int links = 0;
		while (!rest.isEmpty()) {
			Path name = rest.removeFirst();
			switch (name.toString()) {
				case "", "." -> {
				}
				case ".." -> {
					Path parent = current.path().getParent();
					current = (parent != null) ? FileStatus.of(parent) : current;
				}
				default -> {
					steps.add(new Step(current, null));
					FileStatus next = FileStatus.find(current.path().resolve(name));
					if (next == null) {
						rest.addFirst(name);
						List<Path> missing = missing(rest);
						if (!missing.isEmpty()) {
							return new DirectoryWalk(steps, current, missing);
						}
					}
					else if (next.isLink()) {
						links++;
						if (links > MOST_LINKS) {
							throw new FileSystemLoopException(path.toString());
						}
						steps.add(new Step(current, next));
						Path target = Files.readSymbolicLink(next.path());
						addFirst(rest, target);
						current = target.isAbsolute() ? FileStatus.of(root(target)) : current;
					}
					else if (next.isDirectory()) {
						current = next;
					}
					else {
						throw new NotADirectory(next.path(), rest.isEmpty());
					}
				}
			}
		}
		return new DirectoryWalk(steps, current, List.of());
	}

	private static Path root(Path absolute) {
		return Objects.requireNonNull(absolute.getRoot());
	}

	private static void addFirst(Deque<Path> rest, Path target) {
		for (int i = target.getNameCount() - 1; i >= 0; i--) {
			rest.addFirst(target.getName(i));
		}
	}

	/**
	 * Collect the names of what is missing. What does not exist is no link, so that
	 * {@code ..} takes back the name before it.
	 * @param rest the components from the first missing one; if they lead back to the
	 * directory in which that one is missing, those that do are removed
	 * @return empty if they lead back
	 */
	private static List<Path> missing(Deque<Path> rest) {
		Deque<Path> missing = new ArrayDeque<>();
		int seen = 0;
		for (Path name : rest) {
			seen++;
			switch (name.toString()) {
				case "", "." -> {
				}
				case ".." -> missing.removeLast();
				default -> missing.addLast(name);
			}
			if (missing.isEmpty()) {
				break;
			}
		}
		for (int i = 0; i < seen && missing.isEmpty(); i++) {
			rest.removeFirst();
		}
		return List.copyOf(missing);
	}

	boolean isComplete() {
		return this.missing.isEmpty();
	}

	/** The directory to which the path leads, or will lead. */
	Path directory() {
		Path directory = this.end.path();
		for (Path name : this.missing) {
			directory = directory.resolve(name);
		}
		return directory;
	}

	/**
	 * A look-up in a directory.
	 *
	 * @param directory the directory
	 * @param link the link that was found there, or {@code null} if it was a directory or
	 * nothing
	 */
	record Step(FileStatus directory, @Nullable FileStatus link) {

	}

	/**
	 * There is something on the way that is not a directory.
	 */
	static final class NotADirectory extends IOException {

		private final transient Path file;

		private final boolean last;

		NotADirectory(Path file, boolean last) {
			super(file + " is not a directory");
			this.file = file;
			this.last = last;
		}

		Path file() {
			return this.file;
		}

		/** Whether it is at the end of the path. */
		boolean isLast() {
			return this.last;
		}

	}

}
