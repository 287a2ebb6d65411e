package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of system calls of a thread, parsed from the output of {@code strace -f}.
 *
 * @param counts the number of calls by name
 */
record SystemCallCounts(Map<String, Integer> counts) {

	/** The second line of a call that strace has split does not start with the name. */
	private static final Pattern CALL = Pattern.compile("(?<thread>\\d+) +(?<name>\\w+)\\((?<rest>.*)");

	/**
	 * Count the calls between the two lines that a {@link TracedLoop} prints. Calls of
	 * other threads do not count: the JVM has housekeeping threads.
	 * @param trace the lines of the trace
	 * @return the calls of the thread that printed the lines
	 * @throws IllegalArgumentException if the start or the end of the loop is missing
	 */
	static SystemCallCounts between(List<String> trace) {
		Map<String, Integer> counts = new TreeMap<>();
		String thread = null;
		for (String line : trace) {
			Matcher call = CALL.matcher(line);
			if (!call.matches()) {
				continue;
			}
			if (isMark(call, TracedLoop.BEGIN)) {
				thread = call.group("thread");
			}
			else if (call.group("thread").equals(thread)) {
				if (isMark(call, TracedLoop.END)) {
					return new SystemCallCounts(counts);
				}
				counts.merge(call.group("name"), 1, Integer::sum);
			}
		}
		throw new IllegalArgumentException(
				String.format(Locale.ROOT, "The trace of %d lines does not contain a loop", trace.size()));
	}

	private static boolean isMark(Matcher call, String text) {
		return call.group("name").equals("write") && call.group("rest").startsWith("1, \"" + text);
	}

	int of(String... names) {
		return Arrays.stream(names).mapToInt((name) -> this.counts.getOrDefault(name, 0)).sum();
	}

}
