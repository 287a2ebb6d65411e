package org.fasteners.interceptor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fallbacks are compared by the types that the class of the bean resolves.
 */
@Timeout(60)
class GenericFallbackIntegrationTests {

	private static Object inVain(Class<?> bean, Function<Object, Object> call) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Configured.class, bean);
			context.refresh();
			Object object = context.getBean(bean);
			try (LockHold hold = context.getBean(LockRegistry.class).lock("busy").acquire()) {
				assertThat(hold).isNotNull();
				return Background.elsewhere(() -> call.apply(object));
			}
		}
	}

	@Test
	void aSubclassOverridesTheFallbackOfAGenericClass() {
		assertThat(inVain(Overriding.class, (bean) -> ((Overriding) bean).load("a"))).isEqualTo("overridden a");
	}

	@Test
	void aFallbackIsInheritedFromAGenericClass() {
		assertThat(inVain(Inheriting.class, (bean) -> ((Inheriting) bean).find("a"))).isEqualTo("inherited a");
	}

	@Test
	void aGenericMethodIsOverriddenAndItsFallbackInherited() {
		assertThat(inVain(Implementing.class, (bean) -> ((Implementing) bean).load("a"))).isEqualTo("inherited a");
	}

	@ParameterizedTest
	@CsvSource({ "wider, wider", "boxed, boxed", "covariant, [covariant]", "elements, [a]", "wildcard, [a]", "raw, raw",
			"open, open", "nearest, list", "array, array", "thrown, thrown" })
	void whatFitsByTheRulesOfTheLanguageFits(String method, String result) {
		assertThat(inVain(Fitting.class, (bean) -> Fitting.call((Fitting) bean, method))).hasToString(result);
	}

	@Test
	void otherTypeArgumentsAreRefused() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Configured.class, Misfits.class);
			assertThat(Refusal.of(context).findings()).extracting(Finding::place)
				.containsExactlyInAnyOrder("Misfits.integers()", "Misfits.returned()", "Misfits.unboxed()",
						"Misfits.narrower()", "Misfits.map()", "Misfits.ambiguous()");
		}
	}

	abstract static class Base<T> {

		@Locked(value = "busy", timeout = "0", fallback = "instead")
		T load(T id) {
			return id;
		}

		abstract T instead(T id);

	}

	static class Overriding extends Base<String> {

		@Override
		String instead(String id) {
			return "overridden " + id;
		}

	}

	static class WithFallback<T> {

		Object instead(T id, LockTimeoutException timeout) {
			return "inherited " + id;
		}

		Object load(T id) {
			return id;
		}

	}

	static class Inheriting extends WithFallback<String> {

		@Locked(value = "busy", timeout = "0", fallback = "instead")
		Object find(String id) {
			return id;
		}

	}

	static class Implementing extends WithFallback<String> {

		@Override
		@Locked(value = "busy", timeout = "0", fallback = "instead")
		Object load(String id) {
			return id;
		}

	}

	static class Fitting {

		private static final List<String> LIST = List.of("a");

		static Object call(Fitting bean, String method) {
			return switch (method) {
				case "wider" -> bean.wider("a");
				case "boxed" -> bean.boxed(1);
				case "covariant" -> bean.covariant();
				case "elements" -> bean.elements(LIST);
				case "wildcard" -> bean.wildcard(LIST);
				case "raw" -> bean.raw(LIST);
				case "open" -> bean.open(LIST);
				case "nearest" -> bean.nearest(LIST);
				case "array" -> bean.array(new String[0]);
				default -> bean.thrown("a");
			};
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesObject")
		String wider(String id) {
			return id;
		}

		String takesObject(Object id) {
			return "wider";
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesInteger")
		String boxed(int id) {
			return "";
		}

		String takesInteger(Integer id) {
			return "boxed";
		}

		@Locked(value = "busy", timeout = "0", fallback = "returnsList")
		Collection<String> covariant() {
			return List.of();
		}

		List<String> returnsList() {
			return List.of("covariant");
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesCollection")
		Object elements(List<String> ids) {
			return "";
		}

		Object takesCollection(Collection<String> ids) {
			return ids;
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesWildcard")
		Object wildcard(List<String> ids) {
			return "";
		}

		Object takesWildcard(List<? extends CharSequence> ids) {
			return ids;
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesRaw")
		Object raw(List<String> ids) {
			return "";
		}

		@SuppressWarnings("rawtypes")
		Object takesRaw(List ids) {
			return "raw";
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesOpen")
		<T> Object open(List<T> ids) {
			return "";
		}

		<T> Object takesOpen(List<T> ids) {
			return "open";
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesAny")
		Object nearest(List<String> ids) {
			return "";
		}

		Object takesAny(Object ids) {
			return "object";
		}

		Object takesAny(List<String> ids) {
			return "list";
		}

		Object takesAny(Collection<String> ids) {
			return "collection";
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesArray")
		Object array(String[] ids) {
			return "";
		}

		Object takesArray(Object[] ids) {
			return "array";
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesTimeout")
		Object thrown(String id) {
			return "";
		}

		Object takesTimeout(CharSequence id, RuntimeException timeout) {
			return "thrown";
		}

		Object takesTimeout(String id) {
			return "without";
		}

	}

	static class Misfits {

		@Locked(value = "busy", timeout = "0", fallback = "takesIntegers")
		void integers(List<String> ids) {
		}

		void takesIntegers(List<Integer> ids) {
		}

		@Locked(value = "busy", timeout = "0", fallback = "returnsIntegers")
		List<String> returned() {
			return List.of();
		}

		List<Integer> returnsIntegers() {
			return List.of();
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesInt")
		void unboxed(Integer id) {
		}

		void takesInt(int id) {
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesString")
		void narrower(Object id) {
		}

		void takesString(String id) {
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesMap")
		void map(Map<String, List<String>> ids) {
		}

		void takesMap(Map<String, List<Integer>> ids) {
		}

		@Locked(value = "busy", timeout = "0", fallback = "takesEither")
		void ambiguous(String one, String other) {
		}

		void takesEither(String one, Object other) {
		}

		void takesEither(Object one, String other) {
		}

	}

}
