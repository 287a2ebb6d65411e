package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a proxy can extend a class, and which of its methods do not pass such a proxy.
 */
final class Extensibility {

	/** For both ways of switching the annotations on. */
	private static final String USE_INTERFACES = "use proxies of interfaces (spring.aop.proxy-target-class=false; without Boot, @EnableFasteners(proxyTargetClass = false))";

	private Extensibility() {
	}

	/** What keeps a proxy from extending a class. */
	static Optional<String> obstacle(Class<?> type) {
		String consequence = "so that no proxy can extend it and its methods would run without their locks";
		if (Modifier.isFinal(type.getModifiers())) {
			return Optional.of(String.format(Locale.ROOT, "%s, %s",
					type.isRecord() ? "the class is final, as every record is" : "the class is final", consequence));
		}
		return type.isSealed() ? Optional.of("the class is sealed, " + consequence) : Optional.empty();
	}

	/** What to do then. */
	static String fix(Class<?> type, boolean kotlin) {
		String proxies = ProxyInterfaces.areThere(type) ? USE_INTERFACES
				: "let it implement an interface that has the locked methods, and " + USE_INTERFACES;
		if (type.isRecord()) {
			return "Make it a class; or " + proxies;
		}
		if (type.isSealed()) {
			return "Remove 'sealed'; or " + proxies;
		}
		return kotlin ? LockChecks.OPEN_KOTLIN : "Remove 'final'; or " + proxies;
	}

	/**
	 * The final methods that are called from outside: a proxy that extends the class does
	 * cannot pass them on, so that they run on the proxy, whose fields are not set.
	 * @param locked the locked ones, which are refused and not mentioned
	 */
	static Set<String> finalMethods(Class<?> type, List<Method> locked) {
		Set<String> methods = new LinkedHashSet<>();
		for (Class<?> declaring = type; declaring != null
				&& declaring != Object.class; declaring = declaring.getSuperclass()) {
			Arrays.stream(declaring.getDeclaredMethods())
				.filter((method) -> Modifier.isFinal(method.getModifiers()) && !method.isSynthetic()
						&& !locked.contains(method) && isCalledFromOutside(method, type))
				.map((method) -> LockChecks.place(method.getDeclaringClass(), method))
				.sorted()
				.forEach(methods::add);
		}
		return methods;
	}

	private static boolean isCalledFromOutside(Method method, Class<?> type) {
		int modifiers = method.getModifiers();
		return !Modifier.isStatic(modifiers) && !Modifier.isPrivate(modifiers) && (Modifier.isPublic(modifiers)
				|| method.getDeclaringClass().getPackageName().equals(type.getPackageName()));
	}

	/** What to do about final methods. */
	static String fixOfFinalMethods(Class<?> type) {
		return ProxyInterfaces.areThere(type)
				? USE_INTERFACES + ", if they are methods of an interface; or lock in another bean, which it calls"
				: "remove 'final'; or lock in another bean, which it calls";
	}

}
