package org.fasteners.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistry;
import org.fasteners.LockSettings;
import org.fasteners.LockStolenException;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.Pauses;
import org.fasteners.process.file.FileLockEngine;
import org.fasteners.process.file.FileLockSettings;
import org.fasteners.process.file.LockDirectoryAccess;
import org.fasteners.process.file.LockProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Makes lock registries:
 *
 * <pre>{@code
 * try (LockRegistry registry = LockRegistries.builder()
 *         .lockDirectory(Path.of("/var/lib/box-office/locks"))
 *         .build()) {
 *     try (LockHold hold = registry.interProcessLock("shows").acquire()) {
 *         // alone here, among all processes that use that directory
 *     }
 * }
 * }</pre>
 */
public final class LockRegistries {

	private LockRegistries() {
	}

	/**
	 * Start with the defaults: no lock directory, no default timeout.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * The settings of a registry. Not thread-safe.
	 */
	public static final class Builder {

		private static final String NO_PREFERENCE = "processes cannot show each other that they wait";

		private @Nullable Path lockDirectory;

		private FileLockSettings files = FileLockSettings.DEFAULT;

		private @Nullable LockPreference processPreference;

		private Pauses pauses = Pauses.DEFAULT;

		private @Nullable Duration watchInterval;

		private Consumer<LockStolenException> theftListener = (theft) -> {
		};

		private @Nullable Duration defaultTimeout;

		private Function<String, LockSettings> lockSettings = (name) -> LockSettings.NONE;

		private Function<String, LockSettings> processLockSettings = (path) -> LockSettings.NONE;

		private Builder() {
		}

		/**
		 * The directory for the files of inter-process locks. Required as soon as one is
		 * used; not looked at before. All processes that are to exclude one another must
		 * use the same directory, on a local file system.
		 * @param directory the directory, created with its first use if it is missing. A
		 * name that contains {@code $NAME} is used as it is, with a warning
		 * @return this builder
		 * @throws LockDirectoryException if the path is empty, begins with {@code ~} or a
		 * prefix as {@code file:}, or begins or ends with a quote or a blank
		 */
		public Builder lockDirectory(Path directory) {
			LockDirectoryText.check(Objects.requireNonNull(directory, "directory"));
			this.lockDirectory = directory;
			return this;
		}

		/**
		 * Who else may use the lock directory.
		 * @param access the user alone by default
		 * @return this builder
		 */
		public Builder access(LockDirectoryAccess access) {
			this.files = this.files.withAccess(Objects.requireNonNull(access, "access"));
			return this;
		}

		/**
		 * Whether the lock directory may be on a network file system. Such a file system
		 * may lose locks while they are held; no promise is made.
		 * @param allowed {@code false} by default: then it is refused
		 * @return this builder
		 */
		public Builder allowNetworkFileSystem(boolean allowed) {
			this.files = this.files.withAllowNetworkFileSystem(allowed);
			return this;
		}

		/**
		 * Who goes first where inter-process locks are contended.
		 * @param preference {@link LockPreference#FAIR} by default, because it costs the
		 * same between processes and nobody starves under it. With
		 * {@link LockProtocol#FLOCK} it holds among the threads of a process alone, and
		 * may not be set
		 * @return this builder
		 */
		public Builder processPreference(LockPreference preference) {
			this.processPreference = Objects.requireNonNull(preference, "preference");
			return this;
		}

		/**
		 * Over how many files the keys of a path are spread. With one file, 100 keys that
		 * are held at once make each lock and release of another one a little slower,
		 * 1,000 some ten times and 10,000 some hundred times, because the kernel looks
		 * through all locks of the file. With several files, a lock of the whole file (as
		 * Python's fasteners takes it) does not exclude keys any more.
		 * @param files a power of two from 1, the default, to 1024; the same for all
		 * processes that are to exclude one another
		 * @return this builder
		 * @throws IllegalArgumentException if it is none of these
		 */
		public Builder keyFiles(int files) {
			this.files = this.files.withKeyFiles(files);
			return this;
		}

		/**
		 * With which locks of the operating system files are locked: the same for all
		 * processes that use the lock directory. A process that finds it in use with
		 * another protocol does not get any lock.
		 * @param protocol {@link LockProtocol#FCNTL} by default. With
		 * {@link LockProtocol#FLOCK} there are no keys, no update holds and no
		 * preferences between processes: who asks for these is refused
		 * @return this builder
		 */
		public Builder protocol(LockProtocol protocol) {
			this.files = this.files.withProtocol(Objects.requireNonNull(protocol, "protocol"));
			return this;
		}

		/**
		 * How long those who wait for another process sleep between their attempts.
		 * @param pauses {@link Pauses#DEFAULT} by default
		 * @return this builder
		 */
		public Builder pauses(Pauses pauses) {
			this.pauses = Objects.requireNonNull(pauses, "pauses");
			return this;
		}

		/**
		 * Look every now and then whether the inter-process locks that this JVM holds are
		 * still its own. One that was stolen, because its file was replaced or deleted or
		 * because other code in this process has opened and closed it, is reported as a
		 * warning in the log, to the listener, and to who holds it when it releases.
		 * Without this nobody looks but who calls {@code verify()}.
		 * @param interval the time between two looks, more than zero
		 * @param listener is told once of each such lock, by a thread of the registry
		 * @return this builder
		 * @throws IllegalArgumentException if the interval is not more than zero
		 */
		public Builder watchdog(Duration interval, Consumer<LockStolenException> listener) {
			this.theftListener = Objects.requireNonNull(listener, "listener");
			this.watchInterval = InterProcessLocks.requireInterval(interval);
			return this;
		}

		/**
		 * The longest wait of {@code acquire} where none is given. The {@code Lock} views
		 * wait for ever all the same, because that is the contract of
		 * {@link java.util.concurrent.locks.Lock}.
		 * @param timeout zero or more; zero means one attempt. For ever if this is not
		 * called
		 * @return this builder
		 * @throws IllegalArgumentException if the timeout is negative
		 */
		public Builder defaultTimeout(Duration timeout) {
			Objects.requireNonNull(timeout, "timeout");
			if (timeout.isNegative()) {
				throw new IllegalArgumentException("The default timeout is zero or more, not " + timeout);
			}
			this.defaultTimeout = timeout;
			return this;
		}

		/**
		 * What is set for single thread locks. It goes before the default timeout, and
		 * holds for all keys of the name.
		 * @param byName gives the settings of a name, {@link LockSettings#NONE} if it has
		 * none. Called whenever the lock of a name or of one of its keys is made, which
		 * is again when nobody has used it for some time; so it should be quick, and
		 * should always say the same. Called by any thread, with no lock held
		 * @return this builder
		 */
		public Builder lockSettings(Function<String, LockSettings> byName) {
			this.lockSettings = Objects.requireNonNull(byName, "byName");
			return this;
		}

		/**
		 * What is set for single lock files. It goes before the default timeout and
		 * {@link #processPreference}, and holds for the lock of the path, for those of
		 * all its keys and, the timeout and the number of permits, for its semaphore.
		 * @param byPath gives the settings of a path, relative to the lock directory;
		 * {@link LockSettings#NONE} if it has none. With {@link LockProtocol#FLOCK} it
		 * may not give a preference: a {@link LockDirectoryException} follows when the
		 * lock is asked for. Called when the path is first used, by any thread, with no
		 * lock held
		 * @return this builder
		 */
		public Builder processLockSettings(Function<String, LockSettings> byPath) {
			this.processLockSettings = Objects.requireNonNull(byPath, "byPath");
			return this;
		}

		/**
		 * Make the registry. Nothing is opened or created yet.
		 * @return a new registry
		 * @throws LockDirectoryException if {@link LockProtocol#FLOCK} is to do what it
		 * cannot do
		 */
		public LockRegistry build() {
			requireWhatTheProtocolCanDo();
			// copied, because the builder may be used again
			FileLockSettings files = this.files;
			LockSettings all = new LockSettings(this.defaultTimeout, null);
			Function<String, LockSettings> byName = this.lockSettings;
			Function<String, LockSettings> byPath = this.processLockSettings;
			LockSettings allProcessLocks = new LockSettings(this.defaultTimeout, this.processPreference);
			Path lockDirectory = this.lockDirectory;
			Pauses pauses = this.pauses;
			Duration watchInterval = this.watchInterval;
			Consumer<LockStolenException> theftListener = this.theftListener;
			return new DefaultLockRegistry((name) -> byName.apply(name).orElse(all), lockDirectory, (directory) -> {
				InterProcessLocks locks = new InterProcessLocks(new FileLockEngine(directory, files), pauses,
						(path) -> requireKept(path, byPath.apply(path), files.protocol(), directory)
							.orElse(allProcessLocks));
				if (watchInterval != null) {
					locks.watch(watchInterval, theftListener);
				}
				return locks;
			}, this.defaultTimeout);
		}

		private void requireWhatTheProtocolCanDo() {
			if (this.files.protocol() != LockProtocol.FLOCK) {
				return;
			}
			if (this.processPreference != null) {
				throw refused(this.lockDirectory, NO_PREFERENCE, "fasteners.process.preference");
			}
			if (this.files.keyFiles() > 1) {
				throw refused(this.lockDirectory, "there are no locks of keys", "fasteners.process.key-files");
			}
		}

		private static LockSettings requireKept(String path, LockSettings set, LockProtocol protocol, Path directory) {
			if (protocol == LockProtocol.FLOCK && set.preference() != null) {
				throw refused(directory, NO_PREFERENCE,
						String.format(Locale.ROOT, "fasteners.process.locks.[%s].preference", path));
			}
			return set;
		}

		private static LockDirectoryException refused(@Nullable Path directory, String reason, String setting) {
			return new LockDirectoryException(directory,
					String.format(Locale.ROOT, "With flock(2) %s, but %s is set", reason, setting),
					String.format(Locale.ROOT,
							"Remove %s, or set fasteners.process.file.protocol=fcntl for all processes that use the lock directory.",
							setting),
					null);
		}

	}

}
