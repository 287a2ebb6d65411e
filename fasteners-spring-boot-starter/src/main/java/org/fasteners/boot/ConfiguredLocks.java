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
 * What is configured for single locks. Once the application is ready it mentions the
 * settings of locks that nobody has asked for, because that is what a wrong name looks
 * like.
 * <p>
 * Thread-safe.
 */
final class ConfiguredLocks implements ApplicationListener<ContextRefreshedEvent>, ApplicationContextAware {

	static final String THREAD_LOCKS = "fasteners.locks";

	static final String PROCESS_LOCKS = "fasteners.process.locks";

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	/** So many names are remembered of those that nothing is configured for. */
	private static final int MOST_NAMES = 1_000;

	private final Entries threadLocks;

	private final Entries processLocks;

	private final LockValidation validation;

	private volatile boolean ready;

	private @Nullable ApplicationContext context;

	ConfiguredLocks(FastenersProperties properties) {
		this.threadLocks = new Entries(THREAD_LOCKS, properties.getLocks());
		this.processLocks = new Entries(PROCESS_LOCKS, properties.getProcess().getLocks());
		// without annotations that lock, nothing may ask for a lock before it is needed
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

	/** Those of child contexts arrive here, too, and some before that of this one. */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context) {
			return;
		}
		if (!this.ready && this.validation != LockValidation.OFF) {
			mentionUnused(event.getApplicationContext());
		}
		this.ready = true;
		this.threadLocks.forgetNames();
		this.processLocks.forgetNames();
	}

	/** Of a registry of a parent context that context tells. */
	private void mentionUnused(ApplicationContext context) {
		if (context.getBeanNamesForType(LockRegistry.class, true, false).length == 0) {
			return;
		}
		if (context.containsBean("fastenersLockRegistry")) {
			this.threadLocks.mentionUnused();
			this.processLocks.mentionUnused();
		}
		else if (!this.threadLocks.settings.isEmpty() || !this.processLocks.settings.isEmpty()) {
			LOGGER.log(Level.WARNING,
					"{0} and {1} have no effect, because the application makes its own LockRegistry: set its locks by LockRegistries.builder()",
					THREAD_LOCKS, PROCESS_LOCKS);
		}
	}

	/**
	 * The locks of one kind.
	 */
	private final class Entries {

		private final Map<String, LockSettings> settings = new LinkedHashMap<>();

		private final Set<String> asked = ConcurrentHashMap.newKeySet();

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
					&& (this.settings.containsKey(name) || this.asked.size() < MOST_NAMES)) {
				this.asked.add(name);
			}
			return this.settings.getOrDefault(name, LockSettings.NONE);
		}

		void mentionUnused() {
			for (String name : this.settings.keySet()) {
				if (!this.asked.contains(name)) {
					List<String> others = this.asked.stream()
						.filter((asked) -> !this.settings.containsKey(asked))
						.toList();
					LOGGER.log(Level.WARNING, "{0}.[{1}] is set, but nobody has asked for that lock so far{2}",
							this.prefix, name,
							Nearest.to(name, others)
								.map((near) -> String.format(Locale.ROOT, ". Is %s.[%s] meant?", this.prefix, near))
								.orElse(""));
				}
			}
		}

		void forgetNames() {
			this.asked.clear();
		}

	}

}
