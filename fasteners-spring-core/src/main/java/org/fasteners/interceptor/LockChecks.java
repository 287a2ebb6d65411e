package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.fasteners.LockMisuseException.Finding;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Looks at a class for lock annotations that cannot lock. Sees the class alone: what the
 * annotations say is resolved elsewhere.
 */
final class LockChecks {

	private final LockDeclarations declarations;

	LockChecks(LockDeclarations declarations) {
		this.declarations = declarations;
	}

	/** The methods of a class that are to be locked. */
	List<Method> lockedMethods(Class<?> type) {
		if (!this.declarations.concern(type)) {
			return List.of();
		}
		List<Method> methods = new ArrayList<>();
		ReflectionUtils.doWithMethods(type, (method) -> {
			if (!method.isSynthetic() && AopUtils.getMostSpecificMethod(method, type).equals(method)
					&& !this.declarations.find(method, type).isEmpty()) {
				methods.add(method);
			}
		}, (method) -> method.getDeclaringClass() != Object.class);
		return methods;
	}

	/** Whether a method of the class uses the lock of the bean instance. */
	boolean locksItself(Class<?> type) {
		return lockedMethods(type).stream()
			.flatMap((method) -> this.declarations.find(method, type).stream())
			.anyMatch(LockDeclaration::isOwn);
	}

	/**
	 * What is wrong with a class.
	 * @param byInterfaces whether its proxy implements its interfaces instead of
	 * extending it
	 */
	List<Finding> findings(String beanName, Class<?> type, boolean byInterfaces) {
		List<Method> locked = lockedMethods(type);
		List<Finding> findings = new ArrayList<>();
		if (!locked.isEmpty() && Modifier.isFinal(type.getModifiers()) && !byInterfaces) {
			findings.add(new Finding(beanName, type.getSimpleName(),
					"the class is final, so that no proxy can extend it and its methods would run without their locks",
					"Remove 'final'; or let it implement an interface and use proxies of interfaces"));
		}
		locked.forEach((method) -> check(beanName, type, method, byInterfaces, findings));
		return findings;
	}

	private void check(String beanName, Class<?> type, Method method, boolean byInterfaces, List<Finding> findings) {
		String place = place(type, method);
		List<LockDeclaration> found = this.declarations.find(method, type);
		String annotations = found.stream().map(LockDeclaration::toString).collect(Collectors.joining(", "));
		String obstacle = obstacle(method, type);
		if (!obstacle.isEmpty() && !(byInterfaces && isReachedByInterface(method, type))) {
			findings.add(new Finding(beanName, place,
					"%s cannot lock a method that is %s, because no proxy can intercept it".formatted(annotations,
							obstacle),
					"Make it a public method that is neither static nor final, or use LockRegistry in its body"));
		}
		AsynchronousTypes.returnedBy(method, type)
			.ifPresent((asynchronous) -> findings.add(new Finding(beanName, place,
					"%s cannot lock a method that returns %s, because its work would go on after the lock was released"
						.formatted(annotations, asynchronous.getSimpleName()),
					"Return the plain result, or lock where the work is done")));
		for (boolean interProcess : new boolean[] { false, true }) {
			long ofOneSort = found.stream()
				.filter((declaration) -> declaration.kind().interProcess() == interProcess)
				.count();
			if (ofOneSort > 1) {
				findings.add(new Finding(beanName, place, "%s stand in the same place".formatted(annotations),
						"Keep the one that is meant"));
			}
		}
	}

	private static boolean isReachedByInterface(Method method, Class<?> type) {
		return Proxy.isProxyClass(type) || LockDeclarations.implementsInterface(method, type);
	}

	private static String obstacle(Method method, Class<?> type) {
		int modifiers = method.getModifiers();
		if (Modifier.isPrivate(modifiers)) {
			return "private";
		}
		if (Modifier.isStatic(modifiers)) {
			return "static";
		}
		if (Modifier.isFinal(modifiers)) {
			return "final";
		}
		boolean packagePrivate = !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers);
		boolean foreign = !method.getDeclaringClass().getPackageName().equals(type.getPackageName());
		return (packagePrivate && foreign) ? "package-private in another package" : "";
	}

	/** How messages call a method. */
	static String place(Class<?> type, Method method) {
		return "%s.%s()".formatted(type.getSimpleName(), method.getName());
	}

}
