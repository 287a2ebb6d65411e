package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Returns as if there had been nothing to do.
 *
 * @param result makes what is returned, anew for each call
 */
record SkippedCall(Supplier<@Nullable Object> result) implements TimeoutReaction {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final Map<Class<?>, Supplier<@Nullable Object>> EMPTY = Map.of(Optional.class, Optional::empty,
			OptionalInt.class, OptionalInt::empty, OptionalLong.class, OptionalLong::empty, OptionalDouble.class,
			OptionalDouble::empty);

	/** What is returned for an interface: the first that implements it. */
	private static final List<Supplier<@Nullable Object>> CONTAINERS = List.of(ArrayList::new, LinkedHashSet::new,
			TreeSet::new, ArrayDeque::new, LinkedBlockingDeque::new, LinkedHashMap::new, TreeMap::new,
			ConcurrentHashMap::new, ConcurrentSkipListMap::new);

	/**
	 * For what a method returns.
	 * @throws IllegalArgumentException if there is nothing that would mean nothing
	 */
	static SkippedCall returning(Class<?> type) {
		if (type.isPrimitive() && type != void.class) {
			throw new UnresolvableException(String.format(Locale.ROOT,
					"onTimeout = SKIP has nothing to return for a method that returns %s", type),
					"return an object, such as an Optional, or name a fallback");
		}
		return new SkippedCall(empty(type));
	}

	private static Supplier<@Nullable Object> empty(Class<?> type) {
		Supplier<@Nullable Object> known = EMPTY.get(type);
		if (known != null) {
			return known;
		}
		if (type.isArray()) {
			return () -> Array.newInstance(type.getComponentType(), 0);
		}
		if (type.isInterface() && (Iterable.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))) {
			return CONTAINERS.stream()
				.filter((container) -> type.isInstance(container.get()))
				.findFirst()
				.orElse(() -> null);
		}
		return () -> null;
	}

	@Override
	public @Nullable Object react(TimedOut timedOut, MethodInvocation invocation) {
		LOGGER.log(Level.DEBUG, () -> "Skipped: " + timedOut.exception().getMessage());
		return this.result.get();
	}

}
