package org.fasteners.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.interceptor.LockValidation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/**
 * Checks that a child context has no settings of its own for a registry that it shares. A
 * context without a {@link LockRegistry} uses the registry of its parent, so that equal
 * names are one lock in both. Registry settings that only the child has would have no
 * effect; they fail its startup.
 */
final class SharedRegistryCheck implements BeanFactoryPostProcessor, ApplicationContextAware {

	private static final System.Logger LOGGER = System.getLogger("org.fasteners");

	/** Settings that apply to each context separately. */
	private static final Set<String> OWN = Set.of("enabled", "validation", "aop", "web");

	private @Nullable ApplicationContext context;

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		ApplicationContext own = Objects.requireNonNull(this.context);
		if (beanFactory.getBeanNamesForType(LockRegistry.class, true, false).length > 0) {
			return;
		}
		ApplicationContext owner = own.getParent();
		while (owner != null && owner.getBeanNamesForType(LockRegistry.class, true, false).length == 0) {
			owner = owner.getParent();
		}
		Binder binder = Binder.get(own.getEnvironment());
		LockValidation validation = binder.bind("fasteners.validation", LockValidation.class)
			.orElse(LockValidation.FAIL);
		if (owner != null && validation != LockValidation.OFF) {
			report(validation, findings(binder, Binder.get(owner.getEnvironment()), owner));
		}
	}

	private static void report(LockValidation validation, List<Finding> findings) {
		if (validation == LockValidation.FAIL && !findings.isEmpty()) {
			throw new LockMisuseException(findings);
		}
		findings.forEach((finding) -> LOGGER.log(System.Logger.Level.WARNING, finding.toString()));
	}

	private static List<Finding> findings(Binder own, Binder owners, ApplicationContext owner) {
		List<Finding> findings = new ArrayList<>();
		settings(own).forEach((name, value) -> {
			if (!value.equals(settings(owners).get(name))) {
				findings.add(new Finding(null, "fasteners." + name, String.format(Locale.ROOT,
						"it is set in a child context, which uses the LockRegistry of its parent '%s', where the setting has another value or none",
						owner.getDisplayName()),
						"Set it in the parent, or define a LockRegistry bean in the child: its thread locks are then independent of the locks of the parent"));
			}
		});
		return findings;
	}

	private static Map<String, String> settings(Binder binder) {
		Map<String, String> settings = new TreeMap<>(
				binder.bind("fasteners", Bindable.mapOf(String.class, String.class)).orElse(Map.of()));
		settings.keySet().removeIf((name) -> OWN.contains(name.split("\\.", 2)[0]));
		return settings;
	}

}
