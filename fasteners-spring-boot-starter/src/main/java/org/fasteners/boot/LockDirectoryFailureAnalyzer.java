package org.fasteners.boot;

import org.fasteners.LockDirectoryException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains {@link LockDirectoryException}.
 */
final class LockDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<LockDirectoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockDirectoryException cause) {
		return new FailureAnalysis(cause.problem() + ".", cause.remedy(), cause);
	}

}
