package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.interceptor.CallContext.Call;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.expression.spel.support.StandardTypeLocator;

/**
 * The key of an annotation: from the arguments of a call to the keys of its locks. There
 * is one for each annotated method, so that as many are kept as there are in the code.
 * <p>
 * Thread-safe.
 */
final class KeyExpressions {

	/** How many locks one annotation may ask for in one call. */
	static final int MOST_KEYS = 10_000;

	private final List<KeyExpression> expressions;

	private final StandardEvaluationContext shared;

	private final Map<String, Integer> variables;

	private final String place;

	private KeyExpressions(List<KeyExpression> expressions, StandardEvaluationContext shared,
			Map<String, Integer> variables, String place) {
		this.expressions = expressions;
		this.shared = shared;
		this.variables = variables;
		this.place = place;
	}

	/**
	 * Read expressions.
	 * @param variables the index of the argument for each name
	 * @param place what messages call the method
	 * @throws IllegalArgumentException if one cannot be understood
	 */
	static KeyExpressions parse(List<String> texts, Map<String, Integer> variables, Method method, BeanFactory beans,
			String place) {
		ClassLoader loader = (beans instanceof ConfigurableBeanFactory configurable) ? configurable.getBeanClassLoader()
				: method.getDeclaringClass().getClassLoader();
		SpelExpressionParser parser = new SpelExpressionParser(
				new SpelParserConfiguration(SpelCompilerMode.MIXED, loader));
		List<KeyExpression> expressions = texts.stream()
			.map((text) -> KeyExpression.parse(text, parser, variables, method, beans))
			.toList();
		StandardEvaluationContext shared = new StandardEvaluationContext();
		shared.setBeanResolver(new BeanFactoryResolver(beans));
		shared.setTypeLocator(new StandardTypeLocator(loader));
		return new KeyExpressions(expressions, shared, variables, place);
	}

	/**
	 * The keys that a call needs: without repetitions, in any order, and at most
	 * {@link #MOST_KEYS}.
	 * @throws IllegalArgumentException if a value cannot be a key, or there are too many
	 */
	List<String> evaluate(MethodInvocation invocation, Object target) {
		CallContext context = new CallContext(this.shared, this.variables,
				new Call(target, invocation.getMethod(), invocation.getArguments()));
		if (this.expressions.size() == 1) {
			List<String> texts = this.expressions.get(0).evaluate(context, this.place);
			if (texts.size() == 1) {
				return List.of(KeyText.join(texts));
			}
			List<String> distinct = texts.stream().distinct().toList();
			requireFew(1, distinct.size());
			return distinct.stream().map((text) -> KeyText.join(List.of(text))).toList();
		}
		List<List<String>> keys = List.of(List.of());
		for (KeyExpression expression : this.expressions) {
			List<String> texts = expression.evaluate(context, this.place).stream().distinct().toList();
			requireFew(keys.size(), texts.size());
			keys = combine(keys, texts);
		}
		return keys.stream().map(KeyText::join).toList();
	}

	/** Before the keys are combined: a few lists have millions of combinations. */
	private void requireFew(int keys, int texts) {
		long count = (long) keys * texts;
		if (count > MOST_KEYS) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"The key of %s asks for %d locks in one call, and at most %d are allowed: split the call, or lock the name without a key",
					this.place, count, MOST_KEYS));
		}
	}

	private static List<List<String>> combine(List<List<String>> keys, List<String> texts) {
		List<List<String>> combined = new ArrayList<>();
		for (List<String> key : keys) {
			for (String text : texts) {
				List<String> longer = new ArrayList<>(key);
				longer.add(text);
				combined.add(longer);
			}
		}
		return combined;
	}

}
