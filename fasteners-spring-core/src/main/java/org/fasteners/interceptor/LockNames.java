package org.fasteners.interceptor;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses names of annotations that are meant as expressions. A name is taken literally:
 * with {@code @Locked("#id")} all calls would share one lock. Names that code passes to a
 * registry are not checked, because a {@code #} may be part of what they are made of.
 */
final class LockNames {

	/**
	 * {@code #{...}}, or {@code #} before a letter: {@code C#} and {@code issue#42} are
	 * names.
	 */
	private static final Pattern EXPRESSION = Pattern.compile("#(?:\\{\\s*(.*?)\\s*}|([\\p{L}_].*))", Pattern.DOTALL);

	/** A text literal, a type or a bean with something after it. */
	private static final Pattern OTHER_EXPRESSION = Pattern.compile("'.*'|T\\s*\\(.*|@[\\p{L}_]\\w*[.(].*",
			Pattern.DOTALL);

	private static final Pattern SEPARATORS = Pattern.compile("[\\s:;,./|_-]+$");

	private LockNames() {
	}

	/**
	 * Check the name of an annotation.
	 * @param declaration the annotation as it was written
	 * @param name its name, with its placeholders replaced
	 * @throws IllegalArgumentException if it looks like an expression, or has a blank at
	 * an end
	 */
	static void require(LockDeclaration declaration, String name) {
		LockKind kind = declaration.kind();
		if (kind.interProcess() && (name.isBlank() || name.startsWith("/"))) {
			// paths have rules of their own
			return;
		}
		if (name.isBlank()) {
			if (!declaration.value().isEmpty()) {
				throw new UnresolvableException(
						String.format(Locale.ROOT, "the name \"%s\" must not be empty or blank%s", declaration.value(),
								declaration.value().isBlank() ? "" : " when its placeholders are replaced"),
						"write the name of the lock, or leave it out to mean that of the bean instance");
			}
			return;
		}
		Matcher expression = EXPRESSION.matcher(name);
		if (expression.find()) {
			String key = (expression.group(1) != null) ? expression.group(1) : expression.group();
			throw looksLikeAnExpression(kind, name, name.substring(0, expression.start()), key);
		}
		if (OTHER_EXPRESSION.matcher(name).matches()) {
			if (name.startsWith("'")) {
				throw new UnresolvableException(
						String.format(Locale.ROOT, "the name \"%s\" is taken literally, with its quotes", name),
						String.format(Locale.ROOT, "write \"%s\"", name.substring(1, Math.max(1, name.length() - 1))));
			}
			throw looksLikeAnExpression(kind, name, "", name);
		}
		if (!name.equals(name.strip())) {
			throw new UnresolvableException(
					String.format(Locale.ROOT, "the name \"%s\" begins or ends with a blank", name),
					String.format(Locale.ROOT, "write \"%s\"", name.strip()));
		}
	}

	private static UnresolvableException looksLikeAnExpression(LockKind kind, String name, String prefix, String key) {
		String problem = String.format(Locale.ROOT,
				"the name \"%s\" looks like an expression, but is taken literally, so that all calls would share one lock",
				name);
		if (kind == LockKind.INTER_PROCESS_LIMITED) {
			return new UnresolvableException(problem,
					"write a path, or use LockRegistry.interProcessSemaphore(path, permits) in the body, because a semaphore has no keys");
		}
		String value = SEPARATORS.matcher(prefix.strip()).replaceFirst("");
		return new UnresolvableException(problem, String.format(Locale.ROOT,
				"write key = \"%s\" and a plain name, as in value = \"%s\"", key, value.isEmpty() ? "orders" : value));
	}

}
