package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * What was found at start-up.
 */
final class LockFindings {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final Set<Finding> findings = new LinkedHashSet<>();

	private final Set<Finding> told = new HashSet<>();

	/** What is wrong with the lock directory, as long as nothing else is wrong. */
	private @Nullable LockDirectoryException directory;

	private boolean onlyDirectory = true;

	void add(Finding finding) {
		this.onlyDirectory = false;
		this.findings.add(finding);
	}

	void addAll(Collection<Finding> more) {
		more.forEach(this::add);
	}

	/** An annotation cannot be resolved. */
	void add(String bean, String place, RuntimeException problem) {
		if (problem instanceof LockDirectoryException ex) {
			this.directory = ex;
			this.findings.add(new Finding(bean, place, "it has no lock: " + ex.problem(), ex.remedy()));
		}
		else {
			add(new Finding(bean, place, "its lock annotation cannot be resolved: " + problem.getMessage(),
					fix(problem)));
		}
	}

	private static String fix(RuntimeException problem) {
		if (problem instanceof UnresolvableException unresolvable) {
			return unresolvable.fix();
		}
		return (problem instanceof LockPathException) ? "Write another path, or remove what is in its place"
				: "Write what its cause asks for";
	}

	/**
	 * Say all of it that was not said before.
	 * @throws LockMisuseException if there is anything and it must not be
	 * @throws LockDirectoryException in its place, if there is nothing but that
	 */
	void report(LockValidation validation) {
		if (this.findings.isEmpty()) {
			return;
		}
		if (validation == LockValidation.WARN) {
			// each once, though some are found in both looks
			this.findings.stream()
				.filter(this.told::add)
				.forEach((finding) -> LOGGER.log(Level.WARNING, finding::toString));
			return;
		}
		if (this.directory != null && this.onlyDirectory) {
			throw this.directory;
		}
		throw new LockMisuseException(List.copyOf(this.findings));
	}

}
