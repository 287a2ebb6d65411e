package org.fasteners.interceptor;

import org.springframework.core.annotation.MergedAnnotation;

/**
 * An annotation as it was written, with nothing resolved.
 *
 * @param kind which of the six
 * @param value the name or path
 * @param using the member of the bean instance that holds the lock
 * @param timeout the longest wait
 */
record LockDeclaration(LockKind kind, String value, String using, String timeout) {

	static LockDeclaration of(LockKind kind, MergedAnnotation<?> annotation) {
		return new LockDeclaration(kind, annotation.getString("value"),
				kind.interProcess() ? "" : annotation.getString("using"), annotation.getString("timeout"));
	}

	/** Whether it means the bean instance's own lock. */
	boolean isOwn() {
		return !this.kind.interProcess() && this.value.isEmpty() && this.using.isEmpty();
	}

	@Override
	public String toString() {
		String annotation = "@" + this.kind.annotation().getSimpleName();
		return this.value.isEmpty() ? annotation : "%s(\"%s\")".formatted(annotation, this.value);
	}

}
