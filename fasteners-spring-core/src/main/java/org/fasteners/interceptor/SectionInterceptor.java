package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockMode;
import org.fasteners.LockSections;
import org.fasteners.LockSections.Section;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ClassUtils;

/**
 * Where lock annotations are switched off: runs a method without its locks, in sections
 * as if it held them, so that checks in the body pass. Uses no registry, and fails no
 * call: what cannot be resolved has its name as it is written, and no key.
 * <p>
 * Thread-safe.
 */
final class SectionInterceptor implements MethodInterceptor {

	private final Map<MethodClassKey, List<Source>> sources = new ConcurrentHashMap<>();

	private final LockDeclarations declarations;

	private final BeanFactory beanFactory;

	SectionInterceptor(LockDeclarations declarations, BeanFactory beanFactory) {
		this.declarations = declarations;
		this.beanFactory = beanFactory;
	}

	/**
	 * Whether a class can be advised. A class that would fail the start if it was locked
	 * is left alone, because a proxy of it may not work.
	 */
	static boolean canEnter(Class<?> type, LockDeclarations declarations) {
		return Proxy.isProxyClass(type) || (Arrays.stream(type.getDeclaredConstructors())
			.anyMatch((constructor) -> !Modifier.isPrivate(constructor.getModifiers()))
				&& new LockChecks(declarations).findings("", type, false, type.getClassLoader()).isEmpty());
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = Objects.requireNonNull(invocation.getThis(), "target");
		List<Section> entered = new ArrayList<>();
		for (Source source : sources(invocation.getMethod(), target.getClass())) {
			entered.addAll(source.sections(invocation, target));
		}
		LockSections sections = LockSections.ofThread();
		int place = sections.next();
		try {
			entered.forEach((section) -> sections.enter(section, 0));
			return invocation.proceed();
		}
		finally {
			sections.leave(place);
		}
	}

	private List<Source> sources(Method method, Class<?> targetClass) {
		return this.sources.computeIfAbsent(new MethodClassKey(method, targetClass), (key) -> {
			Class<?> userClass = ClassUtils.getUserClass(targetClass);
			return this.declarations.find(method, userClass)
				.stream()
				.map((declaration) -> source(declaration, AopUtils.getMostSpecificMethod(method, userClass), userClass))
				.toList();
		});
	}

	private Source source(LockDeclaration declaration, Method method, Class<?> type) {
		LockMode mode = declaration.kind().mode();
		if (!declaration.using().isEmpty()) {
			return used(declaration, method, type);
		}
		String name = declaration.isOwn() ? type.getName() + " instance" : embedded(declaration.value());
		List<Section> withoutKey = List.of(new Entered(name, null, mode));
		KeyExpressions keys = declaration.keys().isEmpty() ? null : keys(declaration, method, type);
		if (keys == null) {
			return (invocation, target) -> withoutKey;
		}
		return (invocation, target) -> {
			try {
				return keys.evaluate(invocation, target)
					.stream()
					.<Section>map((key) -> new Entered(name, key, mode))
					.toList();
			}
			catch (RuntimeException ex) {
				return withoutKey;
			}
		};
	}

	private Source used(LockDeclaration declaration, Method method, Class<?> type) {
		LockMode mode = declaration.kind().mode();
		List<Section> unknown = List.of(new Entered(type.getSimpleName() + "." + declaration.using(), null, mode));
		try {
			LockMember member = LockMember.find(type, declaration,
					new Terms(LockChecks.place(type, method), mode, null, new HandledTimeout(this.beanFactory), false));
			return (invocation, target) -> {
				try {
					return List.copyOf(member.guards(invocation, target));
				}
				catch (RuntimeException ex) {
					return unknown;
				}
			};
		}
		catch (IllegalArgumentException ex) {
			return (invocation, target) -> unknown;
		}
	}

	private @Nullable KeyExpressions keys(LockDeclaration declaration, Method method, Class<?> type) {
		try {
			return KeyExpressions.parse(declaration.keys(), ParameterNames.of(method, type, declaration.source()),
					method, this.beanFactory, LockChecks.place(type, method));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private String embedded(String text) {
		try {
			String resolved = (this.beanFactory instanceof ConfigurableBeanFactory configurable)
					? configurable.resolveEmbeddedValue(text) : text;
			return Objects.requireNonNullElse(resolved, text);
		}
		catch (IllegalArgumentException ex) {
			return text;
		}
	}

	/**
	 * What one annotation asks for.
	 */
	@FunctionalInterface
	private interface Source {

		List<Section> sections(MethodInvocation invocation, Object target);

	}

	/**
	 * A section that is entered without a lock.
	 *
	 * @param name what the annotation names
	 * @param key which of the locks of that name
	 * @param mode how it would be held
	 */
	private record Entered(String name, @Nullable String key, LockMode mode) implements Section {

		@Override
		public boolean isLike(Section other) {
			return equals(other);
		}

	}

}
