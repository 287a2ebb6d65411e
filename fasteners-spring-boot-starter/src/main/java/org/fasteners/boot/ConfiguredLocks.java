package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.LockRegistry;
import org.fasteners.LockSettings;
import org.fasteners.interceptor.LockValidation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Holds the settings of individual locks. Once the application is ready, it warns of
 * settings for locks that no code has requested yet, because a misspelled name looks like
 * that.
 * <p>
 * Thread-safe.
 */
final class ConfiguredLocks implements ApplicationListener<ContextRefreshedEvent>, ApplicationContextAware {

	static final String THREAD_LOCKS = "fasteners.locks";

	static final String PROCESS_LOCKS = "fasteners.process.locks";

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	/**
	 * Bound on the requested names that are remembered although they have no settings.
	 */
	private static final int MOST_NAMES = 1_000;

	private final Entries threadLocks;

	private final Entries processLocks;

	private final LockValidation validation;

	private volatile boolean ready;

	private @Nullable ApplicationContext context;

	ConfiguredLocks(FastenersProperties properties) {
		this.threadLocks = new Entries(THREAD_LOCKS, properties.getLocks());
		this.processLocks = new Entries(PROCESS_LOCKS, properties.getProcess().getLocks());
		// if annotations do not lock, no lock needs to be requested during startup
		this.validation = properties.isEnabled() ? properties.getValidation() : LockValidation.OFF;
	}

	LockSettings threadLock(String name) {
		return this.threadLocks.get(name);
	}

	LockSettings processLock(String path) {
		return this.processLocks.get(path);
	}

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Events of child contexts arrive here, too, and some of them before the event of
	 * this context.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context) {
			return;
		}
		if (!this.ready && this.validation != LockValidation.OFF) {
			warnOfUnused(event.getApplicationContext());
		}
		this.ready = true;
		this.threadLocks.clearNames();
		this.processLocks.clearNames();
	}

	/** Skipped if a parent context has the registry: the parent warns of it. */
	private void warnOfUnused(ApplicationContext context) {
		if (context.getBeanNamesForType(LockRegistry.class, true, false).length == 0) {
			return;
		}
		if (context.containsBean("fastenersLockRegistry")) {
			this.threadLocks.warnOfUnused();
			this.processLocks.warnOfUnused();
		}
		else if (!this.threadLocks.settings.isEmpty() || !this.processLocks.settings.isEmpty()) {
			LOGGER.log(Level.WARNING,
					"{0} and {1} have no effect, because the application defines its own LockRegistry bean. Configure its locks with LockRegistries.builder()",
					THREAD_LOCKS, PROCESS_LOCKS);
		}
	}

	/**
	 * The settings of the locks of one kind.
	 */
	private final class Entries {

		private final Map<String, LockSettings> settings = new LinkedHashMap<>();

		private final Set<String> requested = ConcurrentHashMap.newKeySet();

		private final String prefix;

		Entries(String prefix, Map<String, ? extends FastenersProperties.Lock> locks) {
			this.prefix = prefix;
			locks.forEach((name, lock) -> {
				LockSettings set = settings(name, lock);
				if (!set.equals(LockSettings.NONE)) {
					this.settings.put(name, set);
				}
			});
		}

		private LockSettings settings(String name, FastenersProperties.Lock lock) {
			try {
				return lock.toSettings();
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidConfigurationPropertyValueException(
						String.format(Locale.ROOT, "%s.[%s].timeout", this.prefix, name), lock.getTimeout(),
						ex.getMessage());
			}
		}

		LockSettings get(String name) {
			if (!ConfiguredLocks.this.ready && !this.settings.isEmpty()
					&& (this.settings.containsKey(name) || this.requested.size() < MOST_NAMES)) {
				this.requested.add(name);
			}
			return this.settings.getOrDefault(name, LockSettings.NONE);
		}

		void warnOfUnused() {
			for (String name : this.settings.keySet()) {
				if (!this.requested.contains(name)) {
					List<String> others = this.requested.stream()
						.filter((requested) -> !this.settings.containsKey(requested))
						.toList();
					LOGGER.log(Level.WARNING, "{0}.[{1}] is set, but no code has requested that lock so far{2}",
							this.prefix, name,
							Nearest.to(name, others)
								.map((near) -> String.format(Locale.ROOT, ". Did you mean %s.[%s]?", this.prefix, near))
								.orElse(""));
				}
			}
		}

		void clearNames() {
			this.requested.clear();
		}

	}

}
