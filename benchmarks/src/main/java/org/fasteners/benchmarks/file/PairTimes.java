package org.fasteners.benchmarks.file;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The rounds of all locks as a table: one row per lock, with the median and the range of
 * its rounds, and with the factor to the lock of a plain file channel.
 */
final class PairTimes {

	private static final List<String> MODES = List.of("exclusive", "shared");

	private final List<PairTime> rounds;

	PairTimes(List<PairTime> rounds) {
		this.rounds = List.copyOf(rounds);
	}

	String toMarkdown() {
		MarkdownTable table = new MarkdownTable("ns per pair", "exclusive", "shared", "version");
		for (String lock : this.rounds.stream().map(PairTime::lock).distinct().toList()) {
			List<String> cells = MODES.stream().map((mode) -> cell(lock, mode)).toList();
			table.row(lock, cells.get(0), cells.get(1), version(lock));
		}
		return table.toString();
	}

	private String version(String lock) {
		return this.rounds.stream().filter((round) -> round.lock().equals(lock)).findFirst().orElseThrow().version();
	}

	private String cell(String lock, String mode) {
		List<Double> times = times(lock, mode);
		return median(times).map((median) -> String.format(Locale.ROOT, "%s [%s..%s]%s", MarkdownTable.number(median),
				MarkdownTable.number(times.get(0)), MarkdownTable.number(times.get(times.size() - 1)),
				factor(lock, mode, median)))
			.orElse("–");
	}

	private String factor(String lock, String mode, double median) {
		String reference = FileContender.REFERENCE.label();
		if (lock.equals(reference)) {
			return "";
		}
		return median(times(reference, mode)).map((nanos) -> " ×" + MarkdownTable.number(median / nanos)).orElse("");
	}

	private List<Double> times(String lock, String mode) {
		return this.rounds.stream()
			.filter((round) -> round.lock().equals(lock) && round.mode().equals(mode))
			.map(PairTime::nanos)
			.sorted()
			.toList();
	}

	private static Optional<Double> median(List<Double> sorted) {
		return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get((sorted.size() - 1) / 2));
	}

}
