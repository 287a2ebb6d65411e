package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.interceptor.LockOperation.FixedStep;
import org.fasteners.interceptor.LockOperation.Step;
import org.jspecify.annotations.Nullable;

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

	private final Map<MethodClassKey, LockOperation> cache = new ConcurrentHashMap<>();

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
	 * What to lock around a method.
	 * @throws IllegalArgumentException if an annotation cannot be understood
	 */
	LockOperation get(Method method, Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		LockOperation operation = this.cache.get(key);
		if (operation == null) {
			// Not within computeIfAbsent: the registry may be created on the way.
			operation = resolve(method, ClassUtils.getUserClass(targetClass));
			this.cache.put(key, operation);
		}
		return operation;
	}

	private LockOperation resolve(Method method, Class<?> targetClass) {
		String place = "%s.%s()".formatted(targetClass.getSimpleName(), method.getName());
		return new LockOperation(this.declarations.find(method, targetClass)
			.stream()
			.map((declaration) -> resolve(declaration, targetClass, place))
			.toList());
	}

	private Step resolve(LockDeclaration declaration, Class<?> targetClass, String place) {
		LockRegistry locks = registry();
		String name = embedded(declaration.value());
		Duration timeout = Timeouts.parse(embedded(declaration.timeout())).or(locks::defaultTimeout).orElse(null);
		if (!declaration.using().isEmpty()) {
			if (!name.isEmpty()) {
				throw new IllegalArgumentException(
						"it has both a name and 'using', and only one of them can say which lock is meant");
			}
			return LockMember.find(targetClass, declaration, timeout, place);
		}
		if (declaration.isOwn()) {
			return (target) -> List
				.of(LockGuard.of(this.instanceLocks.of(target, locks), declaration.kind().mode(), timeout, place));
		}
		if (declaration.kind() == LockKind.INTER_PROCESS_LIMITED) {
			return new FixedStep(
					new PermitGuard(this.limits.semaphore(locks, name, declaration.permits(), place), timeout, place));
		}
		SharedExclusiveLock lock = declaration.kind().interProcess() ? locks.interProcessReaderWriterLock(name)
				: locks.readWriteLock(name);
		return new FixedStep(LockGuard.of(lock, declaration.kind().mode(), timeout, place));
	}

	private String embedded(String text) {
		if (text.isEmpty() || !(this.beanFactory instanceof ConfigurableBeanFactory configurable)) {
			return text;
		}
		String resolved = configurable.resolveEmbeddedValue(text);
		if (resolved == null || resolved.contains("${")) {
			throw new IllegalArgumentException("the placeholder in '%s' cannot be resolved".formatted(text));
		}
		return resolved;
	}

	private LockRegistry registry() {
		LockRegistry known = this.registry;
		if (known == null) {
			try {
				known = this.beanFactory.getBean(LockRegistry.class);
			}
			catch (NoUniqueBeanDefinitionException ex) {
				throw new IllegalArgumentException("there is more than one LockRegistry bean; mark one as @Primary",
						ex);
			}
			catch (NoSuchBeanDefinitionException ex) {
				throw new IllegalArgumentException(
						"there is no LockRegistry bean; define one with LockRegistries.builder()", ex);
			}
			this.registry = known;
		}
		return known;
	}

}
