package org.fasteners.process;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What runs in a child JVM: tests by name, as {@code GateTests.aReaderKeepsWritersOut}.
 * Says {@code started} and the name before each of them, and {@code ended}, the
 * milliseconds, the {@link Verdict} and the name after it.
 */
final class NamedTests {

	private static final List<String> PACKAGES = List.of("org.fasteners.process.", "org.fasteners.process.file.",
			"org.fasteners.interceptor.");

	private NamedTests() {
	}

	public static void main(String[] names) {
		Launcher launcher = LauncherFactory.create();
		for (String name : names) {
			System.out.println("started " + name);
			long start = System.nanoTime();
			Verdict verdict = run(launcher, find(name));
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
			System.out.println(String.format(Locale.ROOT, "ended %d %s %s", millis, verdict, name));
		}
		// a thread that hangs does not keep the JVM
		System.exit(0);
	}

	private static Verdict run(Launcher launcher, Found test) {
		Results results = new Results();
		launcher.execute(LauncherDiscoveryRequestBuilder.request()
			.selectors(DiscoverySelectors.selectMethod(test.type(), test.method()))
			.build(), results);
		return results.verdict();
	}

	/**
	 * Find a test.
	 * @throws IllegalArgumentException if there is not exactly one
	 */
	static Found find(String name) {
		String type = name.substring(0, name.indexOf('.'));
		String method = name.substring(name.indexOf('.') + 1);
		Class<?> found = PACKAGES.stream()
			.flatMap((prefix) -> load(prefix + type))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException("There is no class of tests " + type));
		List<Method> methods = Stream.<Class<?>>iterate(found, Class::getSuperclass)
			.takeWhile((each) -> each != Object.class)
			.flatMap((each) -> Arrays.stream(each.getDeclaredMethods()))
			.filter((each) -> each.getName().equals(method))
			.toList();
		if (methods.size() != 1) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "There is not one test '%s' but %d", name, methods.size()));
		}
		return new Found(found, methods.get(0));
	}

	private static Stream<Class<?>> load(String name) {
		try {
			return Stream.of(Class.forName(name));
		}
		catch (ClassNotFoundException ex) {
			return Stream.empty();
		}
	}

	/**
	 * What became of a test.
	 */
	enum Verdict {

		PASSED, FAILED,

		/** The machine lacks what it needs. */
		SKIPPED,

		/** It says nothing about the library: there is none, or classes do not fit. */
		BROKEN

	}

	record Found(Class<?> type, Method method) {
	}

	private static final class Results implements TestExecutionListener {

		private final List<TestExecutionResult> ends = new ArrayList<>();

		@Override
		public void executionFinished(TestIdentifier test, TestExecutionResult result) {
			if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
				this.ends.add(result);
			}
		}

		@Override
		public void executionSkipped(TestIdentifier test, String reason) {
			this.ends.add(TestExecutionResult.aborted(null));
		}

		Verdict verdict() {
			List<Throwable> failures = this.ends.stream()
				.filter((end) -> end.getStatus() == TestExecutionResult.Status.FAILED)
				.flatMap((end) -> end.getThrowable().stream())
				.toList();
			failures.forEach(Results::tell);
			if (this.ends.isEmpty() || failures.stream().anyMatch(Results::isOfTheBuild)) {
				return Verdict.BROKEN;
			}
			if (!failures.isEmpty()) {
				return Verdict.FAILED;
			}
			return this.ends.stream().allMatch((end) -> end.getStatus() == TestExecutionResult.Status.ABORTED)
					? Verdict.SKIPPED : Verdict.PASSED;
		}

		private static void tell(Throwable failure) {
			StringWriter text = new StringWriter();
			failure.printStackTrace(new PrintWriter(text));
			text.toString().lines().limit(30).forEach((line) -> System.out.println("  " + line));
		}

		private static boolean isOfTheBuild(Throwable failure) {
			return Stream.iterate(failure, (each) -> each != null, Throwable::getCause)
				.anyMatch((each) -> each instanceof LinkageError || each instanceof ReflectiveOperationException);
		}

	}

}
