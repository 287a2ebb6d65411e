package org.fasteners.interceptor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Turns the value of a key into a text: different values of one type into different
 * texts.
 */
final class KeyText {

	/*
	 * A simple value is its own text. Several parts are joined by a separator that hardly
	 * any text contains, so that the key of a simple value can be written by hand where
	 * code asks the registry for the same lock. If a text does contain it, it is escaped,
	 * in simple values as well, so that no two keys of parts are one: the text ends at
	 * the separators that have no escape before them, each part can be read back.
	 *
	 * The elements of a collection within a value each end by the separator, so that an
	 * empty collection is not one of an empty text; those of a set are in the order of
	 * their texts.
	 */

	private static final char SEPARATOR = '\u241F';

	private static final char ESCAPE = '\u241B';

	private KeyText() {
	}

	/** The key of several parts. */
	static String join(List<String> parts) {
		if (parts.size() == 1) {
			return escape(parts.get(0));
		}
		StringBuilder key = new StringBuilder(escape(parts.get(0)));
		parts.stream().skip(1).forEach((part) -> key.append(SEPARATOR).append(escape(part)));
		return key.toString();
	}

	private static String escape(String text) {
		if (text.indexOf(SEPARATOR) < 0 && text.indexOf(ESCAPE) < 0) {
			return text;
		}
		StringBuilder escaped = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == SEPARATOR || c == ESCAPE) {
				escaped.append(ESCAPE);
			}
			escaped.append(c);
		}
		return escaped.toString();
	}

	/**
	 * The text of one value.
	 * @throws IllegalArgumentException if it has none, with the reason as the end of a
	 * sentence
	 */
	static String of(@Nullable Object value) {
		if (value instanceof String text) {
			return text;
		}
		if (value == null) {
			throw new IllegalArgumentException("is null");
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof Number || value instanceof CharSequence || value instanceof Boolean
				|| value instanceof Character || value instanceof UUID || value instanceof TemporalAccessor
				|| value instanceof TemporalAmount) {
			return ownText(value);
		}
		if (value instanceof Collection<?> collection) {
			return ofCollection(collection);
		}
		if (value instanceof Record) {
			return ofRecord(value);
		}
		throw new IllegalArgumentException(String.format(Locale.ROOT,
				"is %s, which has no text that tells it from others: name what identifies it, as in #order.id",
				value.getClass().isArray() ? "an array" : "a " + value.getClass().getName()));
	}

	private static String ownText(Object value) {
		String text = value.toString();
		if (text.equals(value.getClass().getName() + "@" + Integer.toHexString(value.hashCode()))) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "is a %s without a toString() of its own", value.getClass().getName()));
		}
		return text;
	}

	private static String ofCollection(Collection<?> collection) {
		List<String> elements = collection.stream().map(KeyText::of).toList();
		if (collection instanceof Set) {
			elements = elements.stream().sorted().toList();
		}
		StringBuilder text = new StringBuilder();
		elements.forEach((element) -> text.append(escape(element)).append(SEPARATOR));
		return text.toString();
	}

	private static String ofRecord(Object value) {
		RecordComponent[] components = value.getClass().getRecordComponents();
		return (components.length == 0) ? ""
				: join(Arrays.stream(components).map((component) -> ofComponent(component, value)).toList());
	}

	private static String ofComponent(RecordComponent component, Object value) {
		try {
			ReflectionUtils.makeAccessible(component.getAccessor());
			return of(component.getAccessor().invoke(value));
		}
		catch (InvocationTargetException ex) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "has a component '%s' that cannot be read", component.getName()),
					ex.getTargetException());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "has a component '%s' that cannot be read", component.getName()), ex);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "has a component '%s' that %s", component.getName(), ex.getMessage()),
					ex);
		}
	}

}
