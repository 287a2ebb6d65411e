package org.fasteners.boot;

import java.nio.file.Path;
import java.time.Duration;

import org.fasteners.LockPreference;
import org.fasteners.interceptor.LockAdvice;
import org.fasteners.process.Pauses;
import org.fasteners.process.file.LockDirectoryAccess;
import org.fasteners.process.file.LockProtocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of fasteners-spring.
 */
@ConfigurationProperties("fasteners")
final class FastenersProperties {

	/**
	 * Whether the lock annotations lock and a LockRegistry bean is made. If false,
	 * annotated methods run without their locks.
	 */
	private boolean enabled = true;

	/**
	 * Directory for the lock files of inter-process locks, on a local file system; the
	 * same for all processes that are to exclude one another. Created if missing.
	 * Required as soon as an inter-process lock is used; there is no default.
	 */
	private @Nullable Path lockDirectory;

	/**
	 * Longest wait of annotated methods and of acquire() where none is given; zero means
	 * one attempt. Waits for ever if not set. If a duration suffix is not specified,
	 * milliseconds will be used.
	 */
	private @Nullable Duration defaultTimeout;

	private final Aop aop = new Aop();

	private final InterProcess process = new InterProcess();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable Path getLockDirectory() {
		return this.lockDirectory;
	}

	public void setLockDirectory(@Nullable Path lockDirectory) {
		this.lockDirectory = lockDirectory;
	}

	public @Nullable Duration getDefaultTimeout() {
		return this.defaultTimeout;
	}

	public void setDefaultTimeout(@Nullable Duration defaultTimeout) {
		this.defaultTimeout = defaultTimeout;
	}

	public Aop getAop() {
		return this.aop;
	}

	public InterProcess getProcess() {
		return this.process;
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

		private final File file = new File();

		private final Pause pause = new Pause();

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
