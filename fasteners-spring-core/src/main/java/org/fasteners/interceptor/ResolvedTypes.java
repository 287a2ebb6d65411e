package org.fasteners.interceptor;

import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Whether a value of one type may stand where another is asked for, with the type
 * parameters of a class resolved. As the compiler decides it, with two differences: what
 * is raw, or a type parameter of a method, is compared by its erasure; and there is no
 * unboxing and no widening of primitives, because {@code null} and reflection do not
 * allow it.
 */
final class ResolvedTypes {

	private ResolvedTypes() {
	}

	/** Whether a result may be returned for another, with boxing and unboxing. */
	static boolean returns(ResolvableType declared, ResolvableType returned) {
		Class<?> type = erasure(declared);
		Class<?> other = erasure(returned);
		if (type == void.class) {
			return true;
		}
		return (type.isPrimitive() || other.isPrimitive()) ? ClassUtils.isAssignable(type, other)
				: accepts(declared, returned);
	}

	/** Whether {@code target} accepts every value of {@code source}. */
	static boolean accepts(ResolvableType target, ResolvableType source) {
		Class<?> erasure = erasure(target);
		Class<?> given = erasure(source);
		if (erasure.isPrimitive()) {
			return erasure == given;
		}
		return isAssignable(target, source, erasure, ClassUtils.resolvePrimitiveIfNecessary(given));
	}

	private static boolean isAssignable(ResolvableType target, ResolvableType source, Class<?> erasure,
			Class<?> given) {
		if (!erasure.isAssignableFrom(given)) {
			return false;
		}
		if (target.isArray() && source.isArray()) {
			return erasure(target.getComponentType()).isPrimitive()
					|| accepts(target.getComponentType(), source.getComponentType());
		}
		ResolvableType[] asked = target.getGenerics();
		ResolvableType[] offered = source.as(erasure).getGenerics();
		return asked.length != offered.length
				|| IntStream.range(0, asked.length).allMatch((i) -> contains(asked[i], offered[i]));
	}

	/** Whether a type argument allows another one in its place. */
	private static boolean contains(ResolvableType asked, ResolvableType offered) {
		if (isOpen(asked) || isOpen(offered)) {
			return erasure(asked).isAssignableFrom(erasure(offered))
					|| erasure(offered).isAssignableFrom(erasure(asked));
		}
		if (asked.getType() instanceof WildcardType wildcard) {
			return Arrays.stream(wildcard.getUpperBounds())
				.allMatch((bound) -> accepts(bound(bound, asked), upper(offered)))
					&& Arrays.stream(wildcard.getLowerBounds())
						.allMatch((bound) -> hasLower(offered) && accepts(lower(offered), bound(bound, asked)));
		}
		return !(offered.getType() instanceof WildcardType) && accepts(asked, offered) && accepts(offered, asked);
	}

	/** A type parameter that nothing resolves, as that of a method. */
	private static boolean isOpen(ResolvableType type) {
		return type.getType() instanceof TypeVariable && type.resolve() == null;
	}

	private static ResolvableType upper(ResolvableType type) {
		return (type.getType() instanceof WildcardType wildcard) ? bound(wildcard.getUpperBounds()[0], type) : type;
	}

	private static boolean hasLower(ResolvableType type) {
		return !(type.getType() instanceof WildcardType wildcard) || wildcard.getLowerBounds().length > 0;
	}

	private static ResolvableType lower(ResolvableType type) {
		return (type.getType() instanceof WildcardType wildcard) ? bound(wildcard.getLowerBounds()[0], type) : type;
	}

	private static ResolvableType bound(Type bound, ResolvableType owner) {
		return ResolvableType.forType(bound, owner);
	}

	private static Class<?> erasure(ResolvableType type) {
		return type.resolve(Object.class);
	}

}
