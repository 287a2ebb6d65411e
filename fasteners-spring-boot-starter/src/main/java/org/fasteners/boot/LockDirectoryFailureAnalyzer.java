package org.fasteners.boot;

import org.fasteners.LockDirectoryException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Analyzes a {@link LockDirectoryException}.
 */
final class LockDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<LockDirectoryException> {

	private static final String PROPERTY = "fasteners.lock-directory";

	private final @Nullable BeanFactory beanFactory;

	private final @Nullable Environment environment;

	LockDirectoryFailureAnalyzer(@Nullable BeanFactory beanFactory, @Nullable Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockDirectoryException cause) {
		if (cause.directory() == null && isSetWithoutEffect()) {
			return new FailureAnalysis(
					cause.problem() + " in the LockRegistry that the application defines: " + PROPERTY
							+ " is set, but does not apply to that registry.",
					"Set the directory with LockRegistries.builder().lockDirectory(...), or remove that bean, so that the registry is created from the settings.",
					cause);
		}
		return new FailureAnalysis(cause.problem() + ".", cause.remedy(), cause);
	}

	private boolean isSetWithoutEffect() {
		return this.environment != null && this.environment.containsProperty(PROPERTY) && this.beanFactory != null
				&& !this.beanFactory.containsBean(SettingValues.REGISTRY_BEAN_NAME);
	}

}
