package org.fasteners.interceptor;

import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link KeyText}.
 */
class KeyTextTests {

	@ParameterizedTest
	@MethodSource
	void aSimpleValueIsItsOwnText(Object value, String text) {
		assertThat(KeyText.of(value)).isEqualTo(text);
		assertThat(KeyText.join(List.of(KeyText.of(value)))).as("key").isEqualTo(text);
	}

	static Stream<Arguments> aSimpleValueIsItsOwnText() {
		UUID uuid = UUID.fromString("8f1c3b1e-51c5-4a6f-9a43-3d0f5f6f6c11");
		return Stream.of(arguments("hamlet", "hamlet"), arguments("", ""), arguments(CharBuffer.wrap("lear"), "lear"),
				arguments(42, "42"), arguments(-1L, "-1"), arguments(new BigDecimal("1.10"), "1.10"),
				arguments(true, "true"), arguments('x', "x"), arguments(uuid, uuid.toString()),
				arguments(LocalDate.of(2026, 11, 21), "2026-11-21"), arguments(Instant.EPOCH, "1970-01-01T00:00:00Z"),
				arguments(Duration.ofSeconds(90), "PT1M30S"), arguments(Colour.RED, "RED"));
	}

	@Test
	void anEnumConstantIsItsNameWhateverItsToStringSays() {
		assertThat(KeyText.of(Colour.RED)).isEqualTo("RED");
		assertThat(KeyText.of(DayOfWeek.FRIDAY)).isEqualTo("FRIDAY");
	}

	@ParameterizedTest
	@MethodSource
	void whatHasNoTextOfItsOwnIsRefused(@Nullable Object value, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> KeyText.of(value)).withMessageContaining(reason);
	}

	static Stream<Arguments> whatHasNoTextOfItsOwnIsRefused() {
		return Stream.of(arguments(null, "is null"), arguments(new int[] { 1 }, "is an array"),
				arguments(new String[] { "a" }, "is an array"), arguments(new Object(), "is a java.lang.Object"),
				arguments(Optional.of("a"), "is a java.util.Optional"),
				arguments(Map.of("a", "b"), "name what identifies it"), arguments(new Nameless(), "Nameless"),
				arguments(new NamelessNumber(), "without a toString() of its own"),
				arguments(new Seat("hamlet", null), "has a component 'row' that is null"),
				arguments(new Holder(new Seat("hamlet", null)),
						"has a component 'content' that has a component 'row' that is null"),
				arguments(new Holder(new Object()), "has a component 'content' that is a java.lang.Object"),
				arguments(Collections.singletonList(null), "is null"));
	}

	@Test
	void anArrayListAndAListOfTheSameElementsAreOneKey() {
		assertThat(KeyText.of(new ArrayList<>(List.of("a", "b")))).isEqualTo(KeyText.of(List.of("a", "b")));
	}

	@Test
	void theOrderOfASetDoesNotMatter() {
		assertThat(KeyText.of(new LinkedHashSet<>(List.of("a", "b"))))
			.isEqualTo(KeyText.of(new LinkedHashSet<>(List.of("b", "a"))));
		assertThat(KeyText.of(List.of("a", "b"))).isNotEqualTo(KeyText.of(List.of("b", "a")));
	}

	@Test
	void aRecordIsTheKeyOfItsParts() {
		assertThat(KeyText.of(new Seat("hamlet", 7))).isEqualTo(KeyText.join(List.of("hamlet", "7")));
	}

	/**
	 * All texts up to some length over the characters that matter, in all tuples up to
	 * some length: no two have the same key.
	 */
	@Test
	void differentPartsMakeDifferentKeys() {
		List<String> texts = texts(3);
		List<List<String>> tuples = new ArrayList<>();
		texts.forEach((one) -> {
			tuples.add(List.of(one));
			texts.forEach((two) -> tuples.add(List.of(one, two)));
		});
		texts(1).forEach((one) -> texts(1).forEach((two) -> texts(1).forEach((three) -> {
			tuples.add(List.of(one, two, three));
			texts(1).forEach((four) -> tuples.add(List.of(one, two, three, four)));
		})));
		assertThat(tuples).doesNotHaveDuplicates();
		assertThat(tuples.stream().map(KeyText::join)).doesNotHaveDuplicates();
	}

	@Test
	void differentValuesOfARecordWithCollectionsHaveDifferentKeys() {
		List<Object> values = new ArrayList<>();
		List<List<String>> lists = new ArrayList<>(List.of(List.of()));
		texts(2).forEach((one) -> {
			lists.add(List.of(one));
			texts(1).forEach((two) -> lists.add(List.of(one, two)));
		});
		lists.forEach((list) -> texts(2).forEach((text) -> {
			values.add(new Basket(list, text));
			values.add(new Basket(List.of(list.toString()), text));
		}));
		Set<Object> distinct = new LinkedHashSet<>(values);
		assertThat(distinct.stream().map(KeyText::of)).doesNotHaveDuplicates();
	}

	private static List<String> texts(int length) {
		if (length == 0) {
			return List.of("");
		}
		List<String> shorter = texts(length - 1);
		return Stream
			.concat(shorter.stream(),
					shorter.stream()
						.filter((text) -> text.length() == length - 1)
						.flatMap((text) -> Stream.of("a", "\u241F", "\u241B").map((c) -> text + c)))
			.toList();
	}

	@Test
	void theTextsOfTheTestsAreAllThere() {
		assertThat(texts(2)).hasSize(IntStream.of(1, 3, 9).sum()).doesNotHaveDuplicates();
		assertThat(Arrays.asList("", "a", "\u241F\u241B")).allMatch(texts(2)::contains);
	}

	enum Colour {

		RED;

		@Override
		public String toString() {
			return "rot";
		}

	}

	record Seat(String show, @Nullable Integer row) {
	}

	record Holder(Object content) {
	}

	record Basket(List<String> goods, String owner) {
	}

	static class Nameless {

	}

	static class NamelessNumber extends Number {

		private static final long serialVersionUID = 1L;

		@Override
		public int intValue() {
			return 0;
		}

		@Override
		public long longValue() {
			return 0;
		}

		@Override
		public float floatValue() {
			return 0;
		}

		@Override
		public double doubleValue() {
			return 0;
		}

	}

}
