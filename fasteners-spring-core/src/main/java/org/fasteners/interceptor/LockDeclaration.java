package org.fasteners.interceptor;

import org.springframework.core.annotation.MergedAnnotation;

/**
 * An annotation as it was written, with nothing resolved.
 *
 * @param kind which annotation
 * @param value the name or path
 * @param using the member of the bean instance that holds the lock
 * @param timeout the longest wait
 * @param permits how many permits the semaphore has; 0 for a lock
 */
record LockDeclaration(LockKind kind, String value, String using, String timeout, int permits) {

	/** Of a lock. */
	LockDeclaration(LockKind kind, String value, String using, String timeout) {
		this(kind, value, using, timeout, 0);
	}

	static LockDeclaration of(LockKind kind, MergedAnnotation<?> annotation) {
		return new LockDeclaration(kind, annotation.getString("value"),
				kind.interProcess() ? "" : annotation.getString("using"), annotation.getString("timeout"),
				(kind == LockKind.INTER_PROCESS_LIMITED) ? annotation.getInt("permits") : 0);
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
