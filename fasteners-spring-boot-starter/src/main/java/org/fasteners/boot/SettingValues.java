package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Checks the values of settings before any bean is created. Each error therefore names
 * the property and a correct value, however the property is spelled and whether or not
 * the registry is created at startup.
 */
final class SettingValues {

	static final String REGISTRY_BEAN_NAME = "fastenersLockRegistry";

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final Duration DAY = Duration.ofDays(1);

	private static final int MOST_KEY_FILES = 1_024;

	private static final int MOST_PERMITS = 1_000;

	private static final String PAUSE = "fasteners.process.pause.";

	private static final List<String> IN_MILLISECONDS = List.of("fasteners.default-timeout",
			"fasteners.process.watchdog-interval", PAUSE + "first", PAUSE + "longest", PAUSE + "long-wait",
			PAUSE + "longest-of-long-wait");

	/** Settings that only the registry of the auto-configuration uses. */
	private static final List<String> OF_THE_REGISTRY = Stream
		.concat(Stream.of("fasteners.lock-directory", "fasteners.process.access",
				"fasteners.process.allow-network-file-system", "fasteners.process.preference",
				"fasteners.process.key-files", "fasteners.process.file.protocol"), IN_MILLISECONDS.stream())
		.toList();

	private final List<Finding> findings = new ArrayList<>();

	private final Binder binder;

	private final FastenersProperties properties;

	/**
	 * Bind the settings.
	 * @throws org.springframework.boot.context.properties.bind.BindException if a value
	 * cannot be converted to its type; the exception names the property
	 */
	SettingValues(Binder binder) {
		this.binder = binder;
		this.properties = binder.bindOrCreate("fasteners", FastenersProperties.class);
	}

	/**
	 * Reject values that are out of range.
	 * @throws LockMisuseException with all findings, if there are any
	 */
	void requireLegal() {
		FastenersProperties.InterProcess process = this.properties.getProcess();
		requireNotNegative("fasteners.default-timeout", this.properties.getDefaultTimeout(),
				"Write a time, as in 5s, or 0 for one attempt, or remove it to wait without limit");
		requireNotNegative("fasteners.web.retry-after", this.properties.getWeb().getRetryAfter(),
				"Write whole seconds, as in 2s, or 0 for no header");
		requireKeyFiles(process.getKeyFiles());
		Duration interval = process.getWatchdogInterval();
		if (interval != null && (interval.isNegative() || interval.isZero())) {
			add("fasteners.process.watchdog-interval", interval, "must be more than zero",
					"Write a time, as in 10s, or remove it to have no watchdog");
		}
		requirePauses(process.getPause());
		requireLocks(ConfiguredLocks.THREAD_LOCKS, this.properties.getLocks());
		requireLocks(ConfiguredLocks.PROCESS_LOCKS, process.getLocks());
		if (!this.findings.isEmpty()) {
			throw new LockMisuseException(this.findings);
		}
	}

	private void requireNotNegative(String property, @Nullable Duration duration, String fix) {
		if (duration != null && duration.isNegative()) {
			add(property, duration, "must not be negative", fix);
		}
	}

	private void requireKeyFiles(int files) {
		if (files < 1 || files > MOST_KEY_FILES || Integer.bitCount(files) != 1) {
			int lower = Integer.highestOneBit(Math.max(1, Math.min(files, MOST_KEY_FILES)));
			int upper = Math.min(2 * lower, MOST_KEY_FILES);
			add("fasteners.process.key-files", files, "must be a power of two from 1 to 1024", String
				.format(Locale.ROOT, "Write %d or %d", lower, (files < 1 || files > MOST_KEY_FILES) ? 1 : upper));
		}
	}

	private void requirePauses(FastenersProperties.Pause pause) {
		if (pause.getFirst().isNegative() || pause.getFirst().isZero()) {
			add(PAUSE + "first", pause.getFirst(), "must be more than zero", "Write a time, as in 20us");
		}
		else if (pause.getFirst().compareTo(pause.getLongest()) > 0) {
			add(PAUSE + "first", pause.getFirst(), longerThan("longest", pause.getLongest()),
					String.format(Locale.ROOT, "Write a shorter time, or set %slongest to a longer one", PAUSE));
		}
		if (pause.getLongest().compareTo(pause.getLongestOfLongWait()) > 0) {
			add(PAUSE + "longest", pause.getLongest(), longerThan("longest-of-long-wait", pause.getLongestOfLongWait()),
					String.format(Locale.ROOT, "Write a shorter time, or set %slongest-of-long-wait to a longer one",
							PAUSE));
		}
		requireNotNegative(PAUSE + "long-wait", pause.getLongWait(), "Write a time, as in 1m");
		if (pause.getLongestOfLongWait().compareTo(DAY) > 0) {
			add(PAUSE + "longest-of-long-wait", pause.getLongestOfLongWait(), "must be shorter than a day",
					"Write a time, as in 100ms");
		}
		else if (pause.getLongWait().compareTo(DAY.minus(pause.getLongestOfLongWait())) > 0) {
			add(PAUSE + "long-wait", pause.getLongWait(), "must be shorter than a day", "Write a time, as in 1m");
		}
	}

	private static String longerThan(String other, Duration duration) {
		return String.format(Locale.ROOT, "must not be longer than %s%s, which is %s", PAUSE, other, text(duration));
	}

	private void requireLocks(String prefix, Map<String, ? extends FastenersProperties.Lock> locks) {
		locks.forEach((name, lock) -> {
			requireNotNegative(String.format(Locale.ROOT, "%s.[%s].timeout", prefix, name), lock.getTimeout(),
					"Write a time, as in 5s, or 0 for one attempt");
			if (lock instanceof FastenersProperties.ProcessLock file && file.getPermits() != null
					&& (file.getPermits() < 1 || file.getPermits() > MOST_PERMITS)) {
				add(String.format(Locale.ROOT, "%s.[%s].permits", prefix, name), file.getPermits(),
						"must be from 1 to 1000", "Write the number of permits, as in 3");
			}
		});
	}

	private void add(String property, Object value, String must, String fix) {
		this.findings.add(new Finding(null, property, String.format(Locale.ROOT, "it is %s, but %s",
				(value instanceof Duration duration) ? text(duration) : value, must), fix));
	}

	private static String text(Duration duration) {
		return duration.toString().replaceFirst("^PT", "").toLowerCase(Locale.ROOT);
	}

	/** Spring Boot reads milliseconds, but users often mean seconds. */
	void logMissingUnits() {
		List<String> names = new ArrayList<>(IN_MILLISECONDS);
		this.properties.getLocks().keySet().forEach((name) -> names.add(timeout(ConfiguredLocks.THREAD_LOCKS, name)));
		this.properties.getProcess()
			.getLocks()
			.keySet()
			.forEach((name) -> names.add(timeout(ConfiguredLocks.PROCESS_LOCKS, name)));
		List<String> bare = names.stream()
			.filter((name) -> written(name).matches("\\+?0*[1-9]\\d*"))
			.map((name) -> name + "=" + written(name))
			.toList();
		if (!bare.isEmpty()) {
			LOGGER.log(Level.INFO,
					"Durations without a unit are read as milliseconds: {0}. Write a unit, as in 30s or 30ms",
					String.join(", ", bare));
		}
	}

	private static String timeout(String prefix, String name) {
		return String.format(Locale.ROOT, "%s[%s].timeout", prefix, name);
	}

	private String written(String property) {
		// the binder cannot look up a name that contains a bracket
		return ConfigurationPropertyName.isValid(property) ? this.binder.bind(property, String.class).orElse("").strip()
				: "";
	}

	/** Settings have no effect on a registry that the application defines. */
	void warnOfForeignRegistry(ConfigurableListableBeanFactory beanFactory) {
		String[] registries = beanFactory.getBeanNamesForType(LockRegistry.class, true, false);
		if (registries.length == 0 || beanFactory.containsBean(REGISTRY_BEAN_NAME)) {
			return;
		}
		List<String> set = OF_THE_REGISTRY.stream().filter((name) -> !written(name).isEmpty()).toList();
		if (!set.isEmpty()) {
			LOGGER.log(Level.WARNING,
					"{0}: no effect, because the application defines its own LockRegistry (bean ''{1}''). Set them with LockRegistries.builder(), or remove that bean, so that the registry is created from the settings",
					String.join(", ", set), String.join(", ", registries));
		}
	}

}
