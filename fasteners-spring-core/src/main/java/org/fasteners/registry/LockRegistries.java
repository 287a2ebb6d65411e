package org.fasteners.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

import org.fasteners.LockRegistry;
import org.fasteners.process.file.LockDirectoryAccess;
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

		private @Nullable Path lockDirectory;

		private LockDirectoryAccess access = LockDirectoryAccess.OWNER;

		private boolean allowNetworkFileSystem;

		private @Nullable Duration defaultTimeout;

		private Builder() {
		}

		/**
		 * The directory for the files of inter-process locks. Required as soon as one is
		 * used; not looked at before. All processes that are to exclude one another must
		 * use the same directory, on a local file system.
		 * @param directory the directory, created with its first use if it is missing
		 * @return this builder
		 */
		public Builder lockDirectory(Path directory) {
			this.lockDirectory = Objects.requireNonNull(directory, "directory");
			return this;
		}

		/**
		 * Who else may use the lock directory.
		 * @param access the user alone by default
		 * @return this builder
		 */
		public Builder access(LockDirectoryAccess access) {
			this.access = Objects.requireNonNull(access, "access");
			return this;
		}

		/**
		 * Whether the lock directory may be on a network file system. Such a file system
		 * may lose locks while they are held; no promise is made.
		 * @param allowed {@code false} by default: then it is refused
		 * @return this builder
		 */
		public Builder allowNetworkFileSystem(boolean allowed) {
			this.allowNetworkFileSystem = allowed;
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
			if (timeout.isNegative()) {
				throw new IllegalArgumentException("The default timeout is zero or more, not " + timeout);
			}
			this.defaultTimeout = timeout;
			return this;
		}

		/**
		 * Make the registry. Nothing is opened or created yet.
		 * @return a new registry
		 */
		public LockRegistry build() {
			return new DefaultLockRegistry(this.lockDirectory, this.access, this.allowNetworkFileSystem,
					this.defaultTimeout);
		}

	}

}
