package org.fasteners.boot;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a {@link LockMisuseException}.
 */
final class LockMisuseFailureAnalyzer extends AbstractFailureAnalyzer<LockMisuseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockMisuseException cause) {
		String description = cause.findings()
			.stream()
			.map(LockMisuseFailureAnalyzer::line)
			.collect(Collectors.joining("\n", title(cause.findings()) + ":\n\n", ""));
		String action = cause.findings()
			.stream()
			.map((finding) -> String.format(Locale.ROOT, "    - %s: %s", finding.place(), finding.fix()))
			.distinct()
			.collect(Collectors.joining("\n", "Fix each of the following:\n\n", ""));
		return new FailureAnalysis(description, action, cause);
	}

	private static String title(List<Finding> findings) {
		Set<String> titles = new LinkedHashSet<>();
		for (Finding finding : findings) {
			titles.add((finding.bean() != null) ? "Lock annotations cannot take effect"
					: "Settings of locks are invalid or have no effect");
		}
		return String.join(". ", titles);
	}

	private static String line(Finding finding) {
		String bean = (finding.bean() != null) ? String.format(Locale.ROOT, " (bean '%s')", finding.bean()) : "";
		return String.format(Locale.ROOT, "    - %s%s: %s", finding.place(), bean, finding.cause());
	}

}
