package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.interceptor.CallContext.Call;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
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

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

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
	 * @param place what messages call the method
	 * @throws IllegalArgumentException if one cannot be understood
	 */
	static KeyExpressions parse(List<String> texts, Method method, BeanFactory beans, String place) {
		ClassLoader loader = (beans instanceof ConfigurableBeanFactory configurable) ? configurable.getBeanClassLoader()
				: method.getDeclaringClass().getClassLoader();
		SpelExpressionParser parser = new SpelExpressionParser(
				new SpelParserConfiguration(SpelCompilerMode.MIXED, loader));
		Map<String, Integer> variables = variables(method);
		List<KeyExpression> expressions = texts.stream()
			.map((text) -> KeyExpression.parse(text, parser, variables, method, beans))
			.toList();
		StandardEvaluationContext shared = new StandardEvaluationContext();
		shared.setBeanResolver(new BeanFactoryResolver(beans));
		shared.setTypeLocator(new StandardTypeLocator(loader));
		return new KeyExpressions(expressions, shared, variables, place);
	}

	/** The names of the arguments: a0 and p0, and the real one if it is known. */
	private static Map<String, Integer> variables(Method method) {
		Map<String, Integer> variables = new LinkedHashMap<>();
		String[] names = NAMES.getParameterNames(method);
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (names != null && names[i] != null) {
				variables.put(names[i], i);
			}
			variables.putIfAbsent("a" + i, i);
			variables.putIfAbsent("p" + i, i);
		}
		return Map.copyOf(variables);
	}

	/**
	 * The keys that a call needs: without repetitions, in any order.
	 * @throws IllegalArgumentException if a value cannot be a key
	 */
	List<String> evaluate(MethodInvocation invocation, Object target) {
		CallContext context = new CallContext(this.shared, this.variables,
				new Call(target, invocation.getMethod(), invocation.getArguments()));
		if (this.expressions.size() == 1) {
			List<String> texts = this.expressions.get(0).evaluate(context, this.place);
			return (texts.size() == 1) ? List.of(KeyText.join(texts))
					: texts.stream().map((text) -> KeyText.join(List.of(text))).distinct().toList();
		}
		List<List<String>> keys = List.of(List.of());
		for (KeyExpression expression : this.expressions) {
			keys = combine(keys, expression.evaluate(context, this.place));
		}
		return keys.stream().map(KeyText::join).distinct().toList();
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
