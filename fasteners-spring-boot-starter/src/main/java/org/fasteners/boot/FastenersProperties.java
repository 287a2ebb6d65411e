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
 * The settings of fasteners-spring.
 */
@ConfigurationProperties("fasteners")
final class FastenersProperties {

	/**
	 * Whether the lock annotations lock. If false, annotated methods run without their
	 * locks, and the log says so; the LockRegistry bean is there all the same.
	 */
	private boolean enabled = true;

	/**
	 * Directory for the lock files of inter-process locks, on a local file system; the
	 * same for all processes that are to exclude one another. A path as it is: a relative
	 * one starts at the working directory, and a leading '~' is refused: write
	 * ${user.home}/locks. Created if missing. Required as soon as an inter-process lock
	 * is used; there is no default.
	 */
	private @Nullable String lockDirectory;

	/**
	 * Longest wait of annotated methods and of acquire() where none is given; zero means
	 * one attempt. Waits for ever if not set. If a duration suffix is not specified,
	 * milliseconds will be used.
	 */
	private @Nullable Duration defaultTimeout;

	/**
	 * What happens at start-up when a lock annotation cannot lock or a setting of a lock
	 * has no effect. Fail: the application does not start. Warn: each finding is a
	 * warning in the log. Off: nobody looks.
	 */
	private LockValidation validation = LockValidation.FAIL;

	/**
	 * Settings of single thread locks and of all their keys, by their names. Write each
	 * name in brackets, as in fasteners.locks.[orders].timeout. There are timeout
	 * (longest wait where none is given; zero means one attempt) and preference (who goes
	 * first: writer, reader, fair).
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
	 * The lock directory as a path. Spring's own conversion would prefer the class path.
	 * @return {@code null} if none is set
	 * @throws LockDirectoryException if the text is no path
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
					String.format(Locale.ROOT, "The lock directory is not a path (%s)", ex.getReason()),
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
	 * One lock.
	 */
	static class Lock {

		/**
		 * Longest wait where none is given; zero means one attempt. If a duration suffix
		 * is not specified, milliseconds will be used.
		 */
		private @Nullable Duration timeout;

		/**
		 * Who goes first when readers and writers wait.
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
	 * One lock file.
	 */
	static final class ProcessLock extends Lock {

		/**
		 * How many permits the semaphore of the path has, from 1 to 1,000.
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
	 * Web applications.
	 */
	static final class Web {

		/**
		 * Whether a LockTimeoutException that a handler of a web request throws becomes a
		 * response 503 with problem details (RFC 9457).
		 */
		private boolean problemDetails;

		/**
		 * Whether these problem details tell who holds the lock: a thread of the
		 * application, or process number and program.
		 */
		private boolean showHolder;

		/**
		 * When a client that got such a response may try again: its header Retry-After,
		 * in whole seconds. Zero for no header. If a duration suffix is not specified,
		 * seconds will be used.
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
	 * The advice behind the annotations.
	 */
	static final class Aop {

		/**
		 * Order of the lock advice among others; a lower value is further out. The
		 * default is outside the transaction and inside security.
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
	 * Inter-process locks.
	 */
	static final class InterProcess {

		/**
		 * Who else may use the lock directory, and so disturb its locks: nobody (owner),
		 * its group (group), or everybody who can reach it (anyone).
		 */
		private LockDirectoryAccess access = LockDirectoryAccess.OWNER;

		/**
		 * Whether the lock directory may be on a network file system, which may lose
		 * locks while they are held. No promise is made for one.
		 */
		private boolean allowNetworkFileSystem;

		/**
		 * Who goes first where inter-process locks are contended. Fair, the default:
		 * nobody starves. Writer: writers that wait hold back readers, which may starve.
		 * Reader: readers do not wait for writers that wait, which may starve.
		 */
		private @Nullable LockPreference preference;

		/**
		 * Over how many files the keys of a path are spread: a power of two from 1 to
		 * 1024, the same for all processes that are to exclude one another. More than one
		 * is for those who hold thousands of keys at once.
		 */
		private int keyFiles = 1;

		/**
		 * Time between two looks whether the inter-process locks that are held were
		 * stolen. Nobody looks if not set. If a duration suffix is not specified,
		 * milliseconds will be used.
		 */
		private @Nullable Duration watchdogInterval;

		/**
		 * Settings of single lock files, of all their keys and, timeout and permits, of
		 * their semaphores, by their paths relative to the lock directory. Write each
		 * path in brackets, as in fasteners.process.locks.[shows/hamlet].timeout. There
		 * are timeout (longest wait where none is given; zero means one attempt),
		 * preference (who goes first: fair, writer, reader) and permits (how many permits
		 * the semaphore of the path has, the same for all processes).
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
	 * Lock files.
	 */
	static final class File {

		/**
		 * With which locks of the operating system files are locked; the same for all
		 * processes that use the lock directory. Fcntl: record locks, which can do all.
		 * Flock: locks of whole files, to exclude flock(1) and others that use flock(2);
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
	 * How long those who wait for another process sleep between their attempts.
	 */
	static final class Pause {

		/**
		 * First and shortest pause. If a duration suffix is not specified, milliseconds
		 * will be used.
		 */
		private Duration first = Duration.ofNanos(20_000);

		/**
		 * Longest pause in an ordinary wait; pauses grow to an eighth of the time waited.
		 * If a duration suffix is not specified, milliseconds will be used.
		 */
		private Duration longest = Duration.ofMillis(5);

		/**
		 * After this time a wait counts as long. If a duration suffix is not specified,
		 * milliseconds will be used.
		 */
		private Duration longWait = Duration.ofMinutes(1);

		/**
		 * Longest pause in a long wait. If a duration suffix is not specified,
		 * milliseconds will be used.
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
