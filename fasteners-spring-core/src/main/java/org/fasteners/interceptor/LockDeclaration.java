package org.fasteners.interceptor;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.fasteners.annotation.OnTimeout;
import org.fasteners.annotation.Release;

import org.springframework.core.annotation.MergedAnnotation;

/**
 * An annotation as it was written, with nothing resolved.
 *
 * @param kind which annotation
 * @param value the name or path
 * @param using the member of the bean instance that holds the lock
 * @param keys the expressions of its key
 * @param timeout the longest wait
 * @param onTimeout what to do when the wait was too long
 * @param fallback the method to call then
 * @param release when to release
 * @param permits how many permits the semaphore has; 0 for a lock
 * @param composed the annotation of the application that it was written as, and those
 * between; empty if it was written as itself
 * @param source where it stands: a method or a class
 */
record LockDeclaration(LockKind kind, String value, String using, List<String> keys, String timeout,
		OnTimeout onTimeout, String fallback, Release release, int permits, List<Class<? extends Annotation>> composed,
		AnnotatedElement source) {

	static LockDeclaration of(LockKind kind, MergedAnnotation<?> annotation) {
		boolean limited = kind == LockKind.INTER_PROCESS_LIMITED;
		return new LockDeclaration(kind, annotation.getString("value"),
				kind.interProcess() ? "" : annotation.getString("using"),
				limited ? List.of() : List.of(annotation.getStringArray("key")), annotation.getString("timeout"),
				annotation.getEnum("onTimeout", OnTimeout.class), annotation.getString("fallback"),
				annotation.getEnum("release", Release.class), limited ? annotation.getInt("permits") : 0,
				List.copyOf(annotation.getMetaTypes().subList(0, annotation.getMetaTypes().size() - 1)),
				(annotation.getSource() instanceof AnnotatedElement source) ? source : kind.annotation());
	}

	/** Whether it means the bean instance's own lock. */
	boolean isOwn() {
		return !this.kind.interProcess() && this.value.isEmpty() && this.using.isEmpty();
	}

	/** Whether it says what to do when the wait was too long. */
	boolean reacts() {
		return this.onTimeout != OnTimeout.THROW || !this.fallback.isEmpty();
	}

	LockDeclaration named(String name) {
		return new LockDeclaration(this.kind, name, this.using, this.keys, this.timeout, this.onTimeout, this.fallback,
				this.release, this.permits, this.composed, this.source);
	}

	/** Which of the annotations of one method mean the same lock, in words. */
	static List<String> contradictions(List<LockDeclaration> declarations) {
		Map<LockDeclaration, LockDeclaration> known = new HashMap<>();
		List<String> contradictions = new ArrayList<>();
		for (LockDeclaration declaration : declarations) {
			LockDeclaration same = known.putIfAbsent(declaration.lock(), declaration);
			if (same != null) {
				contradictions.add(contradiction(same, declaration));
			}
		}
		return contradictions;
	}

	private static String contradiction(LockDeclaration one, LockDeclaration other) {
		return String.format(Locale.ROOT, "%s and %s mean the same lock, and %s", one, other,
				(one.kind.mode() != other.kind.mode()) ? "lock it for reading and for writing" : "ask for it twice");
	}

	/** The same for all annotations of one lock. */
	private LockDeclaration lock() {
		LockKind sort = this.kind;
		if (sort != LockKind.INTER_PROCESS_LIMITED) {
			sort = sort.interProcess() ? LockKind.INTER_PROCESS_LOCKED : LockKind.LOCKED;
		}
		return new LockDeclaration(sort, this.value, this.using, this.keys, "", OnTimeout.THROW, "", Release.AUTO, 0,
				List.of(), sort.annotation());
	}

	@Override
	public String toString() {
		String annotation = "@" + this.kind.annotation().getSimpleName();
		return this.value.isEmpty() ? annotation : String.format(Locale.ROOT, "%s(\"%s\")", annotation, this.value);
	}

}
