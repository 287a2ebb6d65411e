package org.fasteners.boot;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockPreference;
import org.fasteners.LockSettings;
import org.fasteners.interceptor.LockAdvice;
import org.fasteners.interceptor.LockValidation;
import org.fasteners.process.Pauses;
import org.fasteners.process.file.LockDirectoryAccess;
import org.fasteners.process.file.LockProtocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationUnit;

/**
 * Configuration properties of fasteners-spring.
 */
@ConfigurationProperties("fasteners")
final class FastenersProperties {

	/**
	 * Whether annotated methods acquire their locks. If false, they run without them, and
	 * one warning is logged. The LockRegistry bean is available in both cases.
	 */
	private boolean enabled = true;

	/**
	 * Directory of the lock files of inter-process locks. It must be on a local file
	 * system and the same for all processes that exclude each other. The path is used
	 * literally: a relative path starts at the working directory, and a leading '~' is
	 * refused (write ${user.home}/locks). Created if missing. Required as soon as an
	 * inter-process lock is used; there is no default.
	 */
	private @Nullable String lockDirectory;

	/**
	 * Longest wait of annotated methods and of acquire() if they specify no timeout. Zero
	 * means one attempt. If not set, the wait has no limit. If a duration suffix is not
	 * specified, milliseconds will be used.
	 */
	private @Nullable Duration defaultTimeout;

	/**
	 * What happens at startup if a lock annotation cannot take effect or a setting of a
	 * lock has no effect. Fail: the application does not start. Warn: each finding is
	 * logged as a warning. Off: these checks are skipped.
	 */
	private LockValidation validation = LockValidation.FAIL;

	/**
	 * Settings of individual thread locks, by lock name; they apply to all keys of the
	 * lock. Write each name in brackets, as in fasteners.locks.[orders].timeout. A lock
	 * has the settings timeout (longest wait if none is specified; zero means one
	 * attempt) and preference (which waiters go first: writer, reader, fair).
	 */
	private final Map<String, Lock> locks = new LinkedHashMap<>();

	private final Aop aop = new Aop();

	private final InterProcess process = new InterProcess();

	private final Web web = new Web();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	/**
	 * Return the lock directory as a path. The conversion of Spring would look it up on
	 * the class path first.
	 * @return the path, or {@code null} if none is set
	 * @throws LockDirectoryException if the text is not a path
	 */
	@Nullable Path toLockDirectory() {
		if (this.lockDirectory == null || this.lockDirectory.isBlank()) {
			return null;
		}
		try {
			return Path.of(this.lockDirectory);
		}
		catch (InvalidPathException ex) {
			throw new LockDirectoryException(null,
					String.format(Locale.ROOT, "fasteners.lock-directory is not a path (%s)", ex.getReason()),
					"Set fasteners.lock-directory to the path of a directory on a local disk.", ex);
		}
	}

	public @Nullable String getLockDirectory() {
		return this.lockDirectory;
	}

	public void setLockDirectory(@Nullable String lockDirectory) {
		this.lockDirectory = lockDirectory;
	}

	public @Nullable Duration getDefaultTimeout() {
		return this.defaultTimeout;
	}

	public void setDefaultTimeout(@Nullable Duration defaultTimeout) {
		this.defaultTimeout = defaultTimeout;
	}

	public LockValidation getValidation() {
		return this.validation;
	}

	public void setValidation(LockValidation validation) {
		this.validation = validation;
	}

	public Map<String, Lock> getLocks() {
		return this.locks;
	}

	public Web getWeb() {
		return this.web;
	}

	public Aop getAop() {
		return this.aop;
	}

	public InterProcess getProcess() {
		return this.process;
	}

	/**
	 * Settings of one lock.
	 */
	static class Lock {

		/**
		 * Longest wait if none is specified. Zero means one attempt. If a duration suffix
		 * is not specified, milliseconds will be used.
		 */
		private @Nullable Duration timeout;

		/**
		 * Which waiters go first when readers and writers wait.
		 */
		private @Nullable LockPreference preference;

		LockSettings toSettings() {
			return new LockSettings(this.timeout, this.preference);
		}

		public @Nullable Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(@Nullable Duration timeout) {
			this.timeout = timeout;
		}

		public @Nullable LockPreference getPreference() {
			return this.preference;
		}

		public void setPreference(@Nullable LockPreference preference) {
			this.preference = preference;
		}

	}

	/**
	 * Settings of one lock file.
	 */
	static final class ProcessLock extends Lock {

		/**
		 * Number of permits of the semaphore with this path, from 1 to 1,000.
		 */
		private @Nullable Integer permits;

		@Override
		LockSettings toSettings() {
			LockSettings settings = super.toSettings();
			return (this.permits != null) ? settings.withPermits(this.permits) : settings;
		}

		public @Nullable Integer getPermits() {
			return this.permits;
		}

		public void setPermits(@Nullable Integer permits) {
			this.permits = permits;
		}

	}

	/**
	 * Settings for web applications.
	 */
	static final class Web {

		/**
		 * Whether a LockTimeoutException thrown by a request handler becomes a response
		 * with status 503 and problem details (RFC 9457).
		 */
		private boolean problemDetails;

		/**
		 * Whether the problem details name the holder of the lock: a thread of the
		 * application, or the ID and the program of a process.
		 */
		private boolean showHolder;

		/**
		 * Value of the header Retry-After of such a response: the time after which the
		 * client may retry, rounded up to whole seconds. Zero omits the header. If a
		 * duration suffix is not specified, seconds will be used.
		 */
		@DurationUnit(ChronoUnit.SECONDS)
		private Duration retryAfter = Duration.ofSeconds(1);

		public boolean isProblemDetails() {
			return this.problemDetails;
		}

		public void setProblemDetails(boolean problemDetails) {
			this.problemDetails = problemDetails;
		}

		public Duration getRetryAfter() {
			return this.retryAfter;
		}

		public void setRetryAfter(Duration retryAfter) {
			this.retryAfter = retryAfter;
		}

		public boolean isShowHolder() {
			return this.showHolder;
		}

		public void setShowHolder(boolean showHolder) {
			this.showHolder = showHolder;
		}

	}

	/**
	 * Settings of the advice that implements the annotations.
	 */
	static final class Aop {

		/**
		 * Order of the lock advice among other advice. Advice with a lower value runs
		 * further out. By default the lock advice runs outside the transaction and inside
		 * security.
		 */
		private int order = LockAdvice.DEFAULT_ORDER;

		public int getOrder() {
			return this.order;
		}

		public void setOrder(int order) {
			this.order = order;
		}

	}

	/**
	 * Settings of inter-process locks.
	 */
	static final class InterProcess {

		/**
		 * Which users besides the owner may use the lock directory. Such users can
		 * interfere with its locks. Owner: none. Group: the members of its group. Anyone:
		 * all users that can reach it.
		 */
		private LockDirectoryAccess access = LockDirectoryAccess.OWNER;

		/**
		 * Whether the lock directory may be on a network file system. Such a file system
		 * can lose locks while they are held, so that mutual exclusion is not guaranteed.
		 */
		private boolean allowNetworkFileSystem;

		/**
		 * Which waiters go first when an inter-process lock is contended. Fair, the
		 * default: no waiter starves. Writer: waiting writers hold back new readers, and
		 * readers may starve. Reader: readers do not wait for waiting writers, and
		 * writers may starve.
		 */
		private @Nullable LockPreference preference;

		/**
		 * Number of files among which the keys of a path are distributed: a power of two
		 * from 1 to 1024, the same for all processes that exclude each other. Use more
		 * than one if a process holds thousands of keys at once.
		 */
		private int keyFiles = 1;

		/**
		 * Time between two checks whether held inter-process locks have been lost. If not
		 * set, there are no checks. If a duration suffix is not specified, milliseconds
		 * will be used.
		 */
		private @Nullable Duration watchdogInterval;

		/**
		 * Settings of individual lock files, by their paths relative to the lock
		 * directory. They apply to the lock and all its keys; timeout and permits also
		 * apply to the semaphore of the path. Write each path in brackets, as in
		 * fasteners.process.locks.[shows/hamlet].timeout. A lock file has the settings
		 * timeout (longest wait if none is specified; zero means one attempt), preference
		 * (which waiters go first: fair, writer, reader) and permits (number of permits
		 * of the semaphore, the same for all processes).
		 */
		private final Map<String, ProcessLock> locks = new LinkedHashMap<>();

		private final File file = new File();

		private final Pause pause = new Pause();

		public Map<String, ProcessLock> getLocks() {
			return this.locks;
		}

		public File getFile() {
			return this.file;
		}

		public @Nullable LockPreference getPreference() {
			return this.preference;
		}

		public void setPreference(@Nullable LockPreference preference) {
			this.preference = preference;
		}

		public int getKeyFiles() {
			return this.keyFiles;
		}

		public void setKeyFiles(int keyFiles) {
			this.keyFiles = keyFiles;
		}

		public @Nullable Duration getWatchdogInterval() {
			return this.watchdogInterval;
		}

		public void setWatchdogInterval(@Nullable Duration watchdogInterval) {
			this.watchdogInterval = watchdogInterval;
		}

		public Pause getPause() {
			return this.pause;
		}

		public LockDirectoryAccess getAccess() {
			return this.access;
		}

		public void setAccess(LockDirectoryAccess access) {
			this.access = access;
		}

		public boolean isAllowNetworkFileSystem() {
			return this.allowNetworkFileSystem;
		}

		public void setAllowNetworkFileSystem(boolean allowNetworkFileSystem) {
			this.allowNetworkFileSystem = allowNetworkFileSystem;
		}

	}

	/**
	 * Settings of lock files.
	 */
	static final class File {

		/**
		 * Which locks of the operating system are used; the same for all processes that
		 * use the lock directory. Fcntl: record locks, which support all features. Flock:
		 * locks on whole files, which also exclude flock(1) and other users of flock(2);
		 * needs the library JNA.
		 */
		private LockProtocol protocol = LockProtocol.FCNTL;

		public LockProtocol getProtocol() {
			return this.protocol;
		}

		public void setProtocol(LockProtocol protocol) {
			this.protocol = protocol;
		}

	}

	/**
	 * Back-off of waiters between their attempts to acquire a lock that another process
	 * holds.
	 */
	static final class Pause {

		/**
		 * First and shortest pause between two attempts. If a duration suffix is not
		 * specified, milliseconds will be used.
		 */
		private Duration first = Duration.ofNanos(20_000);

		/**
		 * Longest pause between two attempts of an ordinary wait. A pause is an eighth of
		 * the time waited so far, within these bounds. If a duration suffix is not
		 * specified, milliseconds will be used.
		 */
		private Duration longest = Duration.ofMillis(5);

		/**
		 * Time after which a wait counts as long. If a duration suffix is not specified,
		 * milliseconds will be used.
		 */
		private Duration longWait = Duration.ofMinutes(1);

		/**
		 * Longest pause between two attempts of a long wait. If a duration suffix is not
		 * specified, milliseconds will be used.
		 */
		private Duration longestOfLongWait = Duration.ofMillis(100);

		Pauses toPauses() {
			return new Pauses(this.first, this.longest, this.longWait, this.longestOfLongWait);
		}

		public Duration getFirst() {
			return this.first;
		}

		public void setFirst(Duration first) {
			this.first = first;
		}

		public Duration getLongest() {
			return this.longest;
		}

		public void setLongest(Duration longest) {
			this.longest = longest;
		}

		public Duration getLongWait() {
			return this.longWait;
		}

		public void setLongWait(Duration longWait) {
			this.longWait = longWait;
		}

		public Duration getLongestOfLongWait() {
			return this.longestOfLongWait;
		}

		public void setLongestOfLongWait(Duration longestOfLongWait) {
			this.longestOfLongWait = longestOfLongWait;
		}

	}

}
