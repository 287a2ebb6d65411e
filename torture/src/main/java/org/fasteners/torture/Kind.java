package org.fasteners.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A kind of worker. Each kind must complete a minimum of sections.
 *
 * @param name the name in reports
 * @param behaviour what the worker does
 * @param homes the Java installations that can run it; empty for Python
 */
record Kind(String name, Behaviour behaviour, List<JavaHome> homes) {

	/** Return one kind for each process. */
	static List<Kind> perProcess(Options options, List<JavaHome> homes) throws UsageException {
		List<Kind> java = java(homes);
		List<Kind> python = Stream.of(Behaviour.PYTHON_PATH, Behaviour.PYTHON_KEYED)
			.limit(options.python())
			.map((behaviour) -> new Kind(behaviour.title(), behaviour, List.of()))
			.toList();
		int inJava = options.processes() - options.python();
		if (inJava < java.size()) {
			throw new UsageException(String.format(Locale.ROOT,
					"--processes must be at least %d, one for each kind of worker: %d kinds in Java and --python %d",
					java.size() + options.python(), java.size(), options.python()));
		}
		List<Kind> kinds = new ArrayList<>();
		for (int i = 0; i < options.processes(); i++) {
			kinds.add((i < inJava) ? java.get(i % java.size()) : python.get((i - inJava) % python.size()));
		}
		return kinds;
	}

	private static List<Kind> java(List<JavaHome> homes) {
		List<Kind> kinds = new ArrayList<>();
		for (Behaviour behaviour : Behaviour.values()) {
			if (behaviour == Behaviour.PATH) {
				homes.forEach((home) -> kinds.add(new Kind(String.format(Locale.ROOT, "java-%d-path", home.feature()),
						behaviour, List.of(home))));
			}
			else if (!behaviour.isPython()) {
				kinds.add(new Kind("java-" + behaviour.title(), behaviour, homes));
			}
		}
		return kinds;
	}

}
