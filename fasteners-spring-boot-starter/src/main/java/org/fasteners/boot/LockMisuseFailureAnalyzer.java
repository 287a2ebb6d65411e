package org.fasteners.boot;

import java.util.stream.Collectors;

import org.fasteners.LockMisuseException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains {@link LockMisuseException}.
 */
final class LockMisuseFailureAnalyzer extends AbstractFailureAnalyzer<LockMisuseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockMisuseException cause) {
		String description = cause.findings()
			.stream()
			.map((finding) -> "    - %s (bean '%s'): %s".formatted(finding.place(), finding.bean(), finding.cause()))
			.collect(Collectors.joining("\n", "Lock annotations stand where they cannot lock:\n\n", ""));
		String action = cause.findings()
			.stream()
			.map((finding) -> "    - %s: %s".formatted(finding.place(), finding.fix()))
			.distinct()
			.collect(Collectors.joining("\n", "Mend each of them:\n\n", ""));
		return new FailureAnalysis(description, action, cause);
	}

}
