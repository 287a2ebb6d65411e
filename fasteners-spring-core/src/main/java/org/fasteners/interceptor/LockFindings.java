package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
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

import org.springframework.beans.factory.config.BeanDefinition;

/**
 * What was found at start-up.
 */
final class LockFindings {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final Set<Finding> findings = new LinkedHashSet<>();

	private final Set<Finding> told = new HashSet<>();

	private final Set<String> mentioned = new HashSet<>();

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

	/** Mention once what is no fault, but surprises where the cause is not known. */
	void mention(String bean, Class<?> type, boolean byInterfaces, LockChecks checks,
			@Nullable BeanDefinition definition) {
		List<Method> locked = checks.lockedMethods(type);
		if (locked.isEmpty()) {
			return;
		}
		Set<String> finals = byInterfaces ? Set.of() : Extensibility.finalMethods(type, locked);
		if (!finals.isEmpty() && this.mentioned.add(bean + finals)) {
			LOGGER.log(Level.INFO,
					"Bean ''{0}'' has lock annotations, so that it gets a proxy, and final methods, which a proxy that extends the class cannot pass on: {1} run on the proxy itself, whose fields are not set. If they are called from outside: {2}",
					bean, String.join(", ", finals), Extensibility.fixOfFinalMethods(type));
		}
		List<String> setters = checks.setters(type, definition);
		if (!setters.isEmpty() && this.mentioned.add(bean + setters)) {
			LOGGER.log(Level.INFO, "The definition of bean ''{0}'' sets properties through {1} without their locks",
					bean, String.join(", ", setters));
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
