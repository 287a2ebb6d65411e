package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * One expression of a key, parsed and checked once.
 */
final class KeyExpression {

	private static final List<String> OF_THE_ROOT = List.of("target", "targetClass", "method", "methodName", "args");

	private final SpelExpression expression;

	/** The argument that is all there is to it; negative if there is more. */
	private final int argument;

	private KeyExpression(SpelExpression expression, int argument) {
		this.expression = expression;
		this.argument = argument;
	}

	/**
	 * Read an expression.
	 * @param variables what may be named, with the index of its argument
	 * @throws IllegalArgumentException if it cannot be understood
	 */
	static KeyExpression parse(String text, SpelExpressionParser parser, Map<String, Integer> variables, Method method,
			BeanFactory beans) {
		SpelExpression expression;
		try {
			expression = parser.parseRaw(text);
		}
		catch (ParseException | IllegalStateException | IllegalArgumentException ex) {
			throw new UnresolvableException(
					String.format(Locale.ROOT, "the key '%s' is not an expression: %s", text, ex.getMessage()),
					"write an expression of SpEL, as in key = \"#id\"", ex);
		}
		SpelNode root = expression.getAST();
		requireProperty(root, text, variables);
		requireKnown(root, text, variables, method, beans);
		Integer argument = (root instanceof VariableReference) ? variables.get(variable(root)) : null;
		return new KeyExpression(expression, (argument != null) ? argument : -1);
	}

	private static String variable(SpelNode reference) {
		return reference.toStringAST().substring(1);
	}

	/**
	 * What begins with a bare name is a property of the root; mostly a '#' was forgotten.
	 */
	private static void requireProperty(SpelNode root, String text, Map<String, Integer> variables) {
		SpelNode first = (root instanceof CompoundExpression) ? root.getChild(0) : root;
		if (first instanceof PropertyOrFieldReference property && !OF_THE_ROOT.contains(property.getName())) {
			boolean forgotten = variables.containsKey(property.getName());
			throw new UnresolvableException(
					String.format(Locale.ROOT, "the key '%s' begins with '%s', which is none of %s", text,
							property.getName(), String.join(", ", OF_THE_ROOT)),
					forgotten ? String.format(Locale.ROOT, "write '#%s'", text)
							: String.format(Locale.ROOT, "write \"'%s'\" if a text is meant", text));
		}
	}

	private static void requireKnown(SpelNode node, String text, Map<String, Integer> variables, Method method,
			BeanFactory beans) {
		if (node instanceof FunctionReference) {
			throw new UnresolvableException(
					String.format(Locale.ROOT, "the key '%s' calls a function, and there are none", text),
					"call a method of an argument or of a bean, as in @clock.millis()");
		}
		if (node instanceof VariableReference) {
			requireParameter(variable(node), text, variables, method);
		}
		if (node instanceof BeanReference bean && !beans.containsBean(bean.getName())) {
			throw new UnresolvableException(String.format(Locale.ROOT,
					"the key '%s' names the bean '%s', and there is none", text, bean.getName()),
					"write the name of a bean of this context");
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			requireKnown(node.getChild(i), text, variables, method, beans);
		}
	}

	private static void requireParameter(String name, String text, Map<String, Integer> variables, Method method) {
		if (name.equals("root") || name.equals("this") || variables.containsKey(name)) {
			return;
		}
		// two names for each parameter are always known: a0 and p0
		boolean named = variables.size() > 2 * method.getParameterCount() || method.getParameterCount() == 0;
		String problem = String.format(Locale.ROOT, "the key '%s' names '#%s'", text, name);
		if (!named) {
			throw new UnresolvableException(String.format(Locale.ROOT,
					"%s: the names of the parameters of %s are not in its class file", problem, method.getName()),
					"compile it with -parameters, or write #p0 for the first one");
		}
		if (method.getParameterCount() == 0) {
			throw new UnresolvableException(String.format(Locale.ROOT, "%s: %s has no parameter of that name, but none",
					problem, method.getName()), "write #root.target or the name of a bean, as in @clock");
		}
		throw new UnresolvableException(String.format(Locale.ROOT, "%s: %s has no parameter of that name, but %s",
				problem, method.getName(), String.join(", ", names(variables))),
				"write one of these, or #p0 for the first one");
	}

	private static List<String> names(Map<String, Integer> variables) {
		return variables.keySet()
			.stream()
			.filter((name) -> !name.matches("[ap]\\d+"))
			.map((name) -> "#" + name)
			.toList();
	}

	/**
	 * The texts of its value: several if that is a collection.
	 * @throws IllegalArgumentException if it cannot be a key
	 */
	List<String> evaluate(CallContext context, String place) {
		try {
			Object value = (this.argument >= 0) ? context.call().argument(this.argument)
					: this.expression.getValue(context);
			return (value instanceof Collection<?> collection) ? ofEach(collection) : List.of(KeyText.of(value));
		}
		catch (EvaluationException ex) {
			throw new IllegalArgumentException(String.format(Locale.ROOT, "The key '%s' of %s cannot be evaluated: %s",
					text(), place, ex.getMessage()), ex);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "The key '%s' of %s %s", text(), place, ex.getMessage()), ex);
		}
	}

	private static List<String> ofEach(Collection<?> collection) {
		return collection.stream().map(KeyExpression::ofElement).toList();
	}

	private static String ofElement(@Nullable Object element) {
		try {
			return KeyText.of(element);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("has an element that " + ex.getMessage(), ex);
		}
	}

	private String text() {
		return this.expression.getExpressionString();
	}

}
