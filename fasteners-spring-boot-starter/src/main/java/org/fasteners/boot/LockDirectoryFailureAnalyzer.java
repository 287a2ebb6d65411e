package org.fasteners.boot;

import org.fasteners.LockDirectoryException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Explains {@link LockDirectoryException}.
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
		if (cause.directory() == null && isSetInVain()) {
			return new FailureAnalysis(
					cause.problem() + " in the LockRegistry that the application makes: " + PROPERTY
							+ " is set, but that registry does not follow it.",
					"Set it there, by LockRegistries.builder().lockDirectory(...), or remove that bean, so that a registry is made from the settings.",
					cause);
		}
		return new FailureAnalysis(cause.problem() + ".", cause.remedy(), cause);
	}

	private boolean isSetInVain() {
		return this.environment != null && this.environment.containsProperty(PROPERTY) && this.beanFactory != null
				&& !this.beanFactory.containsBean(SettingValues.REGISTRY_BEAN_NAME);
	}

}
