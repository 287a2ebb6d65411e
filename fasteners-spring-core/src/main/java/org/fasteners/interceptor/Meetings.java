package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.aopalliance.aop.Advice;

import org.springframework.aop.aspectj.AbstractAspectJAdvice;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Where a method has a lock and another advice inside of it, and what they do together is
 * not what one expects of either. Worth a word at start-up, once for each kind, since
 * nothing is wrong.
 */
final class Meetings {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final Map<Meeting, SortedSet<String>> found = new EnumMap<>(Meeting.class);

	/** Look at what stands between the lock of a method and its body. */
	void look(Class<?> type, Method method, ProxyChain proxies) {
		proxies.insideTheLock(method, type)
			.forEach((advice) -> Arrays.stream(Meeting.values())
				.filter((meeting) -> meeting.isMeant(advice, method, type))
				.forEach((meeting) -> this.found.computeIfAbsent(meeting, (key) -> new TreeSet<>())
					.add(LockChecks.place(type, method))));
	}

	/** Tell what was found. */
	void report() {
		this.found.forEach((meeting, methods) -> LOGGER.log(Level.INFO, "{0}: {1}. {2}. {3}", meeting.name,
				String.join(", ", methods), meeting.meaning, meeting.remedy));
	}

	/**
	 * What may stand inside a lock. Other libraries are known by the names of their
	 * classes: they need not be there.
	 */
	private enum Meeting {

		RETRY("Locked and retried", "The lock is held over all attempts and over the pauses between them",
				"If each attempt is to lock by itself, give the retry an order below that of the locks (fasteners.aop.order), by @EnableRetry or resilience4j.retry.retry-aspect-order, or lock in another bean, which the retried method calls") {

			/**
			 * Whose pointcut is all methods of a class that has the annotation anywhere.
			 */
			private static final Set<String> BY_ANNOTATION = Set
				.of("org.springframework.retry.annotation.AnnotationAwareRetryOperationsInterceptor");

			private static final Set<String> BY_POINTCUT = Set.of(
					"org.springframework.retry.interceptor.RetryOperationsInterceptor",
					"org.springframework.retry.interceptor.StatefulRetryOperationsInterceptor",
					"org.springframework.resilience.retry.AbstractRetryInterceptor",
					"io.github.resilience4j.spring6.retry.configure.RetryAspect");

			@Override
			boolean isMeant(Advice advice, Method method, Class<?> type) {
				Class<?> retry = (advice instanceof AbstractAspectJAdvice aspect)
						? aspect.getAspectJAdviceMethod().getDeclaringClass() : advice.getClass();
				return isOneOf(BY_POINTCUT, retry) || (isOneOf(BY_ANNOTATION, retry)
						&& isAnnotated(method, type, Set.of("org.springframework.retry.annotation.Retryable")));
			}

		},

		CACHE("Locked and cached", "A call that finds its result in the cache waits for the lock as well",
				"If it is not to wait, give @EnableCaching an order below that of the locks (fasteners.aop.order), or cache in another bean, which calls the locked method") {

			@Override
			boolean isMeant(Advice advice, Method method, Class<?> type) {
				CacheOperationSource source = (advice instanceof CacheAspectSupport cache)
						? cache.getCacheOperationSource() : null;
				Collection<CacheOperation> operations = (source != null) ? source.getCacheOperations(method, type)
						: null;
				return operations != null && operations.stream().anyMatch(CacheableOperation.class::isInstance);
			}

		},

		VALIDATION("Locked and validated", "Invalid arguments are refused after the wait for the lock, not before",
				"If they are not to wait, set beforeExistingAdvisors of the MethodValidationPostProcessor, or validate in another bean, which calls the locked method") {

			private static final Set<String> CLASSES = Set
				.of("org.springframework.validation.beanvalidation.MethodValidationInterceptor");

			@Override
			boolean isMeant(Advice advice, Method method, Class<?> type) {
				return isOneOf(CLASSES, advice.getClass())
						&& declarations(method, type).flatMap((declared) -> Arrays.stream(declared.getParameters()))
							.anyMatch(this::isConstrained);
			}

			private boolean isConstrained(Parameter parameter) {
				MergedAnnotations annotations = MergedAnnotations.from(parameter);
				return annotations.isPresent("jakarta.validation.Constraint")
						|| annotations.isPresent("jakarta.validation.Valid");
			}

		},

		SECURITY("Locked and secured", "Who is not allowed to call waits for the lock and takes it first",
				"Give the locks an order above that of method security (fasteners.aop.order)") {

			private static final Set<String> CLASSES = Set
				.of("org.springframework.security.authorization.method.AuthorizationAdvisor");

			/** Others are for the result, which there is only when the body has run. */
			private static final Set<String> ASKED_BEFORE = Set.of(
					"org.springframework.security.access.prepost.PreAuthorize",
					"org.springframework.security.access.prepost.PreFilter",
					"org.springframework.security.access.annotation.Secured",
					"jakarta.annotation.security.RolesAllowed", "jakarta.annotation.security.DenyAll");

			@Override
			boolean isMeant(Advice advice, Method method, Class<?> type) {
				return isOneOf(CLASSES, advice.getClass()) && isAnnotated(method, type, ASKED_BEFORE);
			}

		};

		private final String name;

		private final String meaning;

		private final String remedy;

		Meeting(String name, String meaning, String remedy) {
			this.name = name;
			this.meaning = meaning;
			this.remedy = remedy;
		}

		abstract boolean isMeant(Advice advice, Method method, Class<?> type);

		private static boolean isOneOf(Set<String> names, Class<?> type) {
			return Stream
				.concat(Stream.<Class<?>>iterate(type, (one) -> one != null, Class::getSuperclass),
						ClassUtils.getAllInterfacesForClassAsSet(type).stream())
				.anyMatch((one) -> names.contains(one.getName()));
		}

		private static boolean isAnnotated(Method method, Class<?> type, Set<String> names) {
			return Stream.of(method, type)
				.map((element) -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY))
				.anyMatch((annotations) -> names.stream().anyMatch(annotations::isPresent));
		}

		/** The method, and those of interfaces that it implements. */
		private static Stream<Method> declarations(Method method, Class<?> type) {
			return Stream.concat(Stream.of(method), ClassUtils.getAllInterfacesForClassAsSet(type)
				.stream()
				.map((one) -> ClassUtils.getMethodIfAvailable(one, method.getName(), method.getParameterTypes()))
				.flatMap(Stream::ofNullable));
		}

	}

}
