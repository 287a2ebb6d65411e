package org.fasteners.interceptor;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Locale;

import org.fasteners.LockRegistry;
import org.jspecify.annotations.Nullable;

/**
 * What a registry that is not ours answers: a mock returns {@code null} for a call that
 * was not stubbed, which would be a {@code NullPointerException} far from its cause.
 *
 * @param registry the registry
 */
record RegistryAnswers(LockRegistry registry) implements InvocationHandler {

	/**
	 * A registry of ours as it is; another one so that it says which answer is missing.
	 */
	static LockRegistry checked(LockRegistry registry) {
		if (registry.getClass().getName().startsWith("org.fasteners.registry.")) {
			return registry;
		}
		return (LockRegistry) Proxy.newProxyInstance(LockRegistry.class.getClassLoader(),
				new Class<?>[] { LockRegistry.class }, new RegistryAnswers(registry));
	}

	/** The registry itself. */
	static LockRegistry behind(LockRegistry checked) {
		return (Proxy.isProxyClass(checked.getClass())
				&& Proxy.getInvocationHandler(checked) instanceof RegistryAnswers answers) ? answers.registry : checked;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		Object answer;
		try {
			answer = method.invoke(this.registry, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
		if (answer == null && method.getReturnType() != void.class) {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"The LockRegistry bean%s returned null from %s(%s), so that there is nothing to lock. Give it an answer for that call, or use a registry that locks: LockRegistries.builder().build()",
					TestDoubles.isMock(this.registry) ? ", which is a mock,"
							: " of " + this.registry.getClass().getName(),
					method.getName(), (arguments != null) ? "\"" + arguments[0] + "\"" : ""));
		}
		return answer;
	}

}
