package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.OnTimeout;
import org.fasteners.annotation.Release;
import org.fasteners.interceptor.Guard.Rank;
import org.fasteners.interceptor.Guard.Sort;
import org.fasteners.interceptor.LockOperation.Fixed;
import org.fasteners.interceptor.LockOperation.Step;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ClassUtils;

/**
 * Resolves what the annotations of a method say: placeholders, timeouts, names to locks.
 * Once for a method and target class.
 * <p>
 * Thread-safe.
 */
final class LockOperations {

	/** There is one instance at a time. */
	private static final Rank OWN = new Rank(Sort.OWN, "");

	/** By method alone, because a key of both would have to be made for each call. */
	private final Map<Method, Resolved> first = new ConcurrentHashMap<>();

	private final Map<MethodClassKey, Resolved> cache = new ConcurrentHashMap<>();

	private final InstanceLocks instanceLocks = new InstanceLocks();

	private final Limits limits = new Limits();

	private final LockDeclarations declarations;

	private final BeanFactory beanFactory;

	private volatile @Nullable LockRegistry registry;

	LockOperations(LockDeclarations declarations, BeanFactory beanFactory) {
		this.declarations = declarations;
		this.beanFactory = beanFactory;
	}

	/**
	 * What to lock around a method; {@link LockOperation#OF_PROXY} if the target is a
	 * proxy.
	 * @throws IllegalArgumentException if an annotation cannot be understood
	 */
	LockOperation get(Method method, Class<?> targetClass) {
		Resolved first = this.first.get(method);
		return (first != null && first.targetClass == targetClass) ? first.operation
				: find(method, targetClass).operation;
	}

	/** Of the other classes that inherit a method from one. */
	private Resolved find(Method method, Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		Resolved resolved = this.cache.get(key);
		if (resolved == null) {
			// Not within computeIfAbsent: the registry may be created on the way.
			resolved = new Resolved(targetClass, Advised.class.isAssignableFrom(targetClass) ? LockOperation.OF_PROXY
					: resolve(method, ClassUtils.getUserClass(targetClass)));
			this.cache.put(key, resolved);
		}
		this.first.putIfAbsent(method, resolved);
		return resolved;
	}

	private LockOperation resolve(Method method, Class<?> targetClass) {
		List<Step> steps = new ArrayList<>();
		List<LockDeclaration> declared = this.declarations.find(method, targetClass);
		declared.forEach((declaration) -> steps.add(resolve(declaration, method, targetClass)));
		return new LockOperation(steps,
				declared.stream().anyMatch((declaration) -> declaration.release() == Release.AUTO),
				DeferredResults.of(method, targetClass));
	}

	/**
	 * Look for what cannot be resolved.
	 * @param problems is told each of them
	 */
	void check(Method method, Class<?> targetClass, Consumer<RuntimeException> problems) {
		List<LockDeclaration> declared = this.declarations.find(method, targetClass);
		List<LockDeclaration> resolved = new ArrayList<>();
		for (LockDeclaration declaration : declared) {
			try {
				resolve(declaration, method, targetClass);
				resolved.add(declaration.named(embedded(declaration.value())));
			}
			catch (IllegalArgumentException | LockPathException | LockDirectoryException ex) {
				problems.accept(ex);
			}
		}
		// what contradicts itself as it is written was found before
		if (LockDeclaration.contradictions(declared).isEmpty()) {
			LockDeclaration.contradictions(resolved)
				.forEach((contradiction) -> problems
					.accept(new UnresolvableException(contradiction, "keep the one that is meant")));
		}
	}

	private Step resolve(LockDeclaration declaration, Method method, Class<?> targetClass) {
		LockRegistry locks = registry();
		Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
		String place = LockChecks.place(targetClass, method);
		String name = embedded(declaration.value());
		LockNames.require(declaration, name);
		if (!declaration.using().isEmpty()) {
			requireNothingBut(declaration, name);
			return LockMember.find(targetClass, declaration,
					terms(declaration, specific, targetClass, locks.defaultTimeout()));
		}
		if (declaration.kind() == LockKind.INTER_PROCESS_LIMITED) {
			CountingSemaphore semaphore = this.limits.semaphore(locks, name, declaration.permits(), place);
			Terms terms = terms(declaration, specific, targetClass, semaphore.defaultTimeout());
			return (invocation, target) -> List.of(new PermitGuard(terms, semaphore));
		}
		KeyExpressions keys = declaration.keys().isEmpty() ? null : KeyExpressions.parse(declaration.keys(),
				ParameterNames.of(specific, targetClass, declaration.source()), specific, this.beanFactory, place);
		if (declaration.isOwn()) {
			Terms terms = terms(declaration, specific, targetClass, locks.defaultTimeout());
			return ownLock(keys, terms, locks);
		}
		boolean interProcess = declaration.kind().interProcess();
		SharedExclusiveLock lock = interProcess ? locks.interProcessReaderWriterLock(name) : locks.readWriteLock(name);
		Terms terms = terms(declaration, specific, targetClass, lock.defaultTimeout());
		Rank rank = new Rank(interProcess ? Sort.PROCESS : Sort.THREAD, lock.name());
		if (keys == null) {
			return new Fixed(new LockGuard(terms, rank, name, null, Budget.of(terms), lock));
		}
		BiFunction<String, String, SharedExclusiveLock> source = interProcess ? locks::interProcessReaderWriterLock
				: locks::readWriteLock;
		requireKeys(source, name);
		return (invocation, target) -> guards(keys.evaluate(invocation, target), terms, rank, name, source);
	}

	/** Not every kind of lock has keys. */
	private static void requireKeys(BiFunction<String, String, SharedExclusiveLock> locks, String name) {
		try {
			Objects.requireNonNull(locks.apply(name, ""));
		}
		catch (UnsupportedOperationException ex) {
			throw new UnresolvableException(ex.getMessage(),
					"remove the key, or set fasteners.process.file.protocol=fcntl", ex);
		}
	}

	private Step ownLock(@Nullable KeyExpressions keys, Terms terms, LockRegistry locks) {
		if (keys == null) {
			return (invocation, target) -> {
				SharedExclusiveLock lock = this.instanceLocks.of(target, locks);
				return List.of(new LockGuard(terms, OWN, lock.name(), null, Budget.of(terms), lock));
			};
		}
		return (invocation, target) -> guards(keys.evaluate(invocation, target), terms, OWN,
				this.instanceLocks.of(target, locks).name(), locks::readWriteLock);
	}

	private static List<Guard> guards(List<String> keys, Terms terms, Rank rank, String name,
			BiFunction<String, String, SharedExclusiveLock> locks) {
		if (keys.size() == 1) {
			String key = keys.get(0);
			return List.of(new LockGuard(terms, rank, name, key, Budget.of(terms), locks.apply(name, key)));
		}
		Budget budget = Budget.shared(terms);
		List<Guard> guards = new ArrayList<>(keys.size());
		keys.forEach((key) -> guards.add(new LockGuard(terms, rank, name, key, budget, locks.apply(name, key))));
		return guards;
	}

	private static void requireNothingBut(LockDeclaration declaration, String name) {
		if (!name.isEmpty()) {
			throw new UnresolvableException(
					"it has both a name and 'using', and only one of them can say which lock is meant",
					"remove one of them");
		}
		if (!declaration.keys().isEmpty()) {
			throw new UnresolvableException(
					"it has both a key and 'using', but the locks that the bean has have no keys",
					"remove one of them");
		}
	}

	private Terms terms(LockDeclaration declaration, Method method, Class<?> targetClass,
			Optional<Duration> defaultTimeout) {
		Duration timeout = Timeouts.parse(embedded(declaration.timeout())).or(() -> defaultTimeout).orElse(null);
		if (timeout == null && declaration.reacts()) {
			throw new UnresolvableException("it says what to do when the wait was too long, but waits for ever",
					"give it a timeout, \"0\" for one attempt");
		}
		return new Terms(LockChecks.place(targetClass, method), declaration.kind().mode(), timeout,
				reaction(declaration, method, targetClass), declaration.release() == Release.AUTO);
	}

	private TimeoutReaction reaction(LockDeclaration declaration, Method method, Class<?> targetClass) {
		if (!declaration.fallback().isEmpty()) {
			if (declaration.onTimeout() == OnTimeout.SKIP) {
				throw new UnresolvableException("it has both onTimeout = SKIP and a fallback, and can do only one",
						"remove one of them");
			}
			Fallback fallback = Fallback.find(declaration.fallback(), method, targetClass);
			if (!this.declarations.find(fallback.method(), targetClass).isEmpty()) {
				throw new UnresolvableException(String.format(Locale.ROOT,
						"the fallback '%s' has lock annotations as well, but would be called past the proxy that locks",
						declaration.fallback()), "remove its annotations, or name another method");
			}
			return fallback;
		}
		return (declaration.onTimeout() == OnTimeout.SKIP) ? SkippedCall.returning(method.getReturnType())
				: new HandledTimeout(this.beanFactory);
	}

	private String embedded(String text) {
		if (text.isEmpty() || !(this.beanFactory instanceof ConfigurableBeanFactory configurable)) {
			return text;
		}
		String resolved = configurable.resolveEmbeddedValue(text);
		if (resolved == null || resolved.contains("${")) {
			throw new UnresolvableException(
					String.format(Locale.ROOT, "the placeholder in '%s' cannot be resolved", text),
					"set the property, or give the placeholder a default, as in ${name:default}");
		}
		return resolved;
	}

	/** Whether these and others take their locks from one registry. */
	boolean locksLike(LockOperations other) {
		return this == other || RegistryAnswers.behind(registry()) == RegistryAnswers.behind(other.registry());
	}

	/** Whether a test has put a mock in the place of the registry. */
	boolean haveMockedRegistry() {
		LockRegistry known = this.beanFactory.getBeanProvider(LockRegistry.class).getIfUnique();
		return known != null && TestDoubles.isMock(known);
	}

	private LockRegistry registry() {
		LockRegistry known = this.registry;
		if (known == null) {
			try {
				known = RegistryAnswers.checked(this.beanFactory.getBean(LockRegistry.class));
			}
			catch (NoUniqueBeanDefinitionException ex) {
				throw new UnresolvableException("there is more than one LockRegistry bean", "mark one as @Primary", ex);
			}
			catch (NoSuchBeanDefinitionException ex) {
				throw new UnresolvableException("there is no LockRegistry bean",
						"define one with LockRegistries.builder()", ex);
			}
			this.registry = known;
		}
		return known;
	}

	/**
	 * What was resolved for a method in one class.
	 *
	 * @param targetClass the class
	 * @param operation what to lock
	 */
	private record Resolved(Class<?> targetClass, LockOperation operation) {
	}

}
