package org.fasteners.interceptor;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockMode;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.interceptor.Guard.Rank;
import org.fasteners.interceptor.Guard.Sort;
import org.fasteners.interceptor.LockOperation.Step;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * A field or property of the bean instance that holds the lock, or several: what
 * {@code using} names. Read on every call.
 */
final class LockMember implements Step {

	private final Member member;

	private final Terms terms;

	private final String name;

	private final Rank rank;

	private LockMember(Member member, Terms terms) {
		this.member = member;
		this.terms = terms;
		this.name = String.format(Locale.ROOT, "%s.%s", member.getDeclaringClass().getSimpleName(), member.getName());
		this.rank = new Rank(Sort.USED, this.name);
	}

	/**
	 * Find the member.
	 * @throws IllegalArgumentException if there is none, or its type cannot hold such a
	 * lock
	 */
	static LockMember find(Class<?> targetClass, LockDeclaration declaration, Terms terms) {
		String using = declaration.using();
		Field field = ReflectionUtils.findField(targetClass, using);
		if (field != null) {
			requireLockType(field.getType(), declaration);
			ReflectionUtils.makeAccessible(field);
			return new LockMember(field, terms);
		}
		for (String getter : List.of("get" + StringUtils.capitalize(using), using)) {
			Method method = ReflectionUtils.findMethod(targetClass, getter);
			if (method != null) {
				requireLockType(method.getReturnType(), declaration);
				ReflectionUtils.makeAccessible(method);
				return new LockMember(method, terms);
			}
		}
		throw new UnresolvableException(
				String.format(Locale.ROOT, "there is no field or property '%s' in %s that 'using' could mean", using,
						targetClass.getName()),
				"write the name of a field, or of a method without parameters, that holds the lock");
	}

	private static void requireLockType(Class<?> type, LockDeclaration declaration) {
		boolean shared = declaration.kind().mode() == LockMode.SHARED;
		if (!mayHoldLocks(type, shared)) {
			throw new UnresolvableException(
					String.format(Locale.ROOT, "'%s' is a %s, which is neither a %s nor a collection of them",
							declaration.using(), type.getSimpleName(), shared ? "ReadWriteLock" : "Lock"),
					"write the name of a member that holds the lock");
		}
	}

	/**
	 * Whether a declared type leaves room for a lock; what it holds is seen on a call.
	 */
	private static boolean mayHoldLocks(Class<?> type, boolean shared) {
		if (type.isArray()) {
			return mayHoldLocks(type.getComponentType(), shared);
		}
		if (ReadWriteLock.class.isAssignableFrom(type) || Iterable.class.isAssignableFrom(type)) {
			return true;
		}
		return Lock.class.isAssignableFrom(type) ? !shared : type.isInterface() || type == Object.class;
	}

	@Override
	public List<Guard> guards(MethodInvocation invocation, Object target) {
		List<Guard> guards = new ArrayList<>();
		add(guards, Budget.shared(this.terms), read(target));
		if (guards.isEmpty()) {
			throw new IllegalStateException(
					String.format(Locale.ROOT, "%s cannot be locked: '%s' is empty", this.terms.place(), this.name));
		}
		return guards;
	}

	private @Nullable Object read(Object target) {
		try {
			return (this.member instanceof Field field) ? field.get(target) : ((Method) this.member).invoke(target);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(String.format(Locale.ROOT, "'%s' cannot be read", this.name), ex);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowRuntimeException(ex.getTargetException());
			throw new AssertionError("rethrown above", ex);
		}
	}

	private void add(List<Guard> guards, Budget budget, @Nullable Object value) {
		LockMode mode = this.terms.mode();
		if (value instanceof SharedExclusiveLock lock) {
			guards.add(new LockGuard(this.terms, this.rank, lock.name(), null, budget, lock));
		}
		else if (value instanceof ReadWriteLock lock) {
			guards.add(UsedGuard.of(this.terms, this.rank, budget, lock));
		}
		else if (value instanceof Lock lock && mode == LockMode.EXCLUSIVE) {
			guards.add(new UsedGuard(this.terms, this.rank, budget, lock));
		}
		else if (value instanceof Iterable<?> locks) {
			locks.forEach((lock) -> add(guards, budget, lock));
		}
		else if (value instanceof Object[] locks) {
			Arrays.stream(locks).forEach((lock) -> add(guards, budget, lock));
		}
		else {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"%s cannot be locked for %s: '%s' holds %s, not a %s", this.terms.place(), mode.purpose(),
					this.name, (value != null) ? "a " + value.getClass().getName() : "null",
					(mode == LockMode.SHARED) ? "ReadWriteLock" : "Lock or ReadWriteLock"));
		}
	}

}
