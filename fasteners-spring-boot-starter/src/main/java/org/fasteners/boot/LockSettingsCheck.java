package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.interceptor.LockValidation;
import org.fasteners.process.file.LockProtocol;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Checks the names of settings of individual locks as they are spelled, before any bean
 * is created. Without brackets Spring Boot drops all characters of a name but letters,
 * digits, {@code -} and {@code _}, ends the name at the first dot, and ignores properties
 * that it does not know. It reports none of this.
 */
final class LockSettingsCheck implements BeanFactoryPostProcessor {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final List<String> OF_THREAD_LOCKS = List.of("timeout", "preference");

	private static final List<String> OF_PROCESS_LOCKS = List.of("timeout", "preference", "permits");

	private static final Pattern WRITTEN = Pattern.compile("fasteners\\.(process\\.)?locks\\.?(.*)",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private final Environment environment;

	private final Binder binder;

	LockSettingsCheck(Environment environment) {
		this.environment = environment;
		this.binder = Binder.get(environment);
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		LockValidation validation = this.binder.bind("fasteners.validation", LockValidation.class)
			.orElse(LockValidation.FAIL);
		if (validation != LockValidation.OFF) {
			// before the values are bound: a misplaced setting may have a value that
			// cannot be bound
			List<Finding> findings = findings();
			if (validation == LockValidation.FAIL && !findings.isEmpty()) {
				throw new LockMisuseException(findings);
			}
			findings.forEach((finding) -> LOGGER.log(Level.WARNING, finding.toString()));
		}
		SettingValues values = new SettingValues(this.binder);
		values.requireLegal();
		if (validation != LockValidation.OFF) {
			values.logMissingUnits();
			values.warnOfForeignRegistry(beanFactory);
		}
	}

	private List<Finding> findings() {
		List<Finding> findings = new ArrayList<>();
		if (this.environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof EnumerablePropertySource<?> enumerable) {
					for (String written : enumerable.getPropertyNames()) {
						check(written, source, findings);
					}
				}
			}
		}
		return findings.stream().distinct().toList();
	}

	private void check(String written, PropertySource<?> source, List<Finding> findings) {
		if (source instanceof SystemEnvironmentPropertySource && written.indexOf('.') < 0) {
			warnOfVariable(written);
			return;
		}
		Matcher parts = WRITTEN.matcher(written);
		if (!parts.matches()) {
			return;
		}
		String prefix = (parts.group(1) != null) ? ConfiguredLocks.PROCESS_LOCKS : ConfiguredLocks.THREAD_LOCKS;
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(written, '.');
		ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
		if (root.isAncestorOf(name)) {
			int depth = root.getNumberOfElements();
			finding(written, parts.group(2), prefix, name, depth).ifPresent(findings::add);
		}
	}

	private Optional<Finding> finding(String written, String rest, String prefix, ConfigurationPropertyName name,
			int depth) {
		int elements = name.getNumberOfElements() - depth;
		String property = name.getLastElement(Form.UNIFORM);
		String lock = name.getElement(depth, Form.ORIGINAL);
		if (elements == 1) {
			String any = properties(prefix).contains(property) ? "name of the lock" : lock;
			return Optional.of(new Finding(null, written, "it lacks the name of a lock or the name of a setting",
					writeEither(prefix, any)));
		}
		if (!name.chop(depth + 1).isLastElementIndexed()) {
			int end = rest.endsWith("]") ? -1 : rest.lastIndexOf('.');
			String meant = (end >= 0) ? rest.substring(0, end) : rest;
			if (elements > 2) {
				return Optional.of(new Finding(null, written, String.format(Locale.ROOT,
						"it is read as a setting of the lock '%s', because a name without brackets ends at the first dot or bracket",
						lock), correct(prefix, meant, property)));
			}
			if (!meant.equals(lock)) {
				return Optional.of(new Finding(null, written, String.format(Locale.ROOT,
						"it is read as a setting of the lock '%s', because a name without brackets loses all characters but letters, digits, - and _",
						lock), correct(prefix, meant, property)));
			}
		}
		if (elements > 2 || !properties(prefix).contains(property)) {
			String unknown = (elements > 2) ? name.subName(depth + 1).toString() : property;
			return Optional.of(new Finding(null, written,
					String.format(Locale.ROOT, "a lock has no setting '%s'", unknown), correct(prefix, lock, unknown)));
		}
		if (property.equals("preference") && prefix.equals(ConfiguredLocks.PROCESS_LOCKS) && isFlock()) {
			return Optional.of(new Finding(null, written,
					"with flock(2) a process cannot announce that it waits, so no waiter can be preferred",
					"Remove it, or set fasteners.process.file.protocol=fcntl for all processes that use the lock directory"));
		}
		return Optional.empty();
	}

	private static List<String> properties(String prefix) {
		return prefix.equals(ConfiguredLocks.PROCESS_LOCKS) ? OF_PROCESS_LOCKS : OF_THREAD_LOCKS;
	}

	private boolean isFlock() {
		return this.binder.bind("fasteners.process.file.protocol", LockProtocol.class)
			.orElse(LockProtocol.FCNTL) == LockProtocol.FLOCK;
	}

	private static String correct(String prefix, String lock, String property) {
		return Nearest.to(property, properties(prefix))
			.map((known) -> "Write " + spell(prefix, lock, known))
			.orElseGet(() -> writeEither(prefix, lock));
	}

	private static String writeEither(String prefix, String lock) {
		return String.format(Locale.ROOT, "Write %s or %s", spell(prefix, lock, "timeout"),
				spell(prefix, lock, "preference"));
	}

	private static String spell(String prefix, String lock, String property) {
		return String.format(Locale.ROOT, "%s.[%s].%s", prefix, lock, property);
	}

	/**
	 * Warn, but never fail: some names cannot be spelled as a variable, and the variable
	 * may belong to another program.
	 */
	private static void warnOfVariable(String variable) {
		String name = variable.toLowerCase(Locale.ROOT);
		for (String prefix : List.of(ConfiguredLocks.THREAD_LOCKS, ConfiguredLocks.PROCESS_LOCKS)) {
			String start = prefix.replace('.', '_') + "_";
			if (name.startsWith(start)) {
				String[] parts = name.substring(start.length()).split("_", -1);
				if (parts.length != 2 || !properties(prefix).contains(parts[1])) {
					LOGGER.log(Level.WARNING,
							"The environment variable {0} sets nothing: a variable can set timeout and preference of a lock whose name is lower-case letters and digits. For others write {1}.[name].timeout in a file, or set SPRING_APPLICATION_JSON",
							variable, prefix);
				}
			}
		}
	}

}
