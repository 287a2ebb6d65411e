package org.fasteners;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The lock directory is not set, or cannot be used safely. No inter-process lock can be
 * had until that is mended.
 */
public final class LockDirectoryException extends RuntimeException {

	private final transient @Nullable Path directory;

	/** What is wrong. */
	private final String problem;

	/** What to do about it. */
	private final String remedy;

	/**
	 * Create an exception.
	 * @param directory the directory, or {@code null} if none is set
	 * @param problem what is wrong, as a sentence without its full stop
	 * @param remedy what to write where, as a sentence
	 * @param cause the error of the file system, if there was one
	 */
	public LockDirectoryException(@Nullable Path directory, String problem, String remedy, @Nullable Throwable cause) {
		super(problem + ". " + remedy, cause);
		this.directory = directory;
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * The directory.
	 * @return the directory, or {@code null} if none is set
	 */
	public @Nullable Path directory() {
		return this.directory;
	}

	/**
	 * What is wrong.
	 * @return a sentence without its full stop
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * What to do about it.
	 * @return one or more sentences
	 */
	public String remedy() {
		return this.remedy;
	}

}
