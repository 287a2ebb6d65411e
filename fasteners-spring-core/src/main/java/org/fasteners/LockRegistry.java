package org.fasteners;

import java.time.Duration;
import java.util.Optional;

/**
 * Leads from a name to its lock: same name, same lock.
 * <p>
 * Names of thread locks and paths of inter-process locks are two separate worlds. Thread
 * locks belong to this registry; an inter-process lock is the same for every registry and
 * every process that uses the same file. A thread lock that nobody holds, waits for or
 * refers to is forgotten; a held one never is.
 * <p>
 * Thread-safe.
 */
public interface LockRegistry extends AutoCloseable {

	/**
	 * The lock of that name between the threads of this JVM, for exclusive use. It is the
	 * exclusive side of {@link #readWriteLock(String)} of the same name.
	 * @param name any text that is not empty
	 * @return the lock
	 * @throws IllegalArgumentException if the name is empty, or no text, for it has a
	 * lone surrogate
	 */
	ExclusiveLock lock(String name);

	/**
	 * The lock of that name between the threads of this JVM.
	 * @param name any text that is not empty
	 * @return the lock
	 * @throws IllegalArgumentException if the name is empty, or no text, for it has a
	 * lone surrogate
	 */
	SharedExclusiveLock readWriteLock(String name);

	/**
	 * The lock of a key between the threads of this JVM, for exclusive use. It is the
	 * exclusive side of {@link #readWriteLock(String, String)} of the same name and key.
	 * @param name any text that is not empty
	 * @param key any text, compared exactly
	 * @return the lock
	 * @throws IllegalArgumentException if the name is empty, or if the name or the key is
	 * no text, for it has a lone surrogate
	 */
	ExclusiveLock lock(String name, String key);

	/**
	 * The lock of a key between the threads of this JVM. The locks of all keys of a name
	 * are independent of one another and of the lock of the name itself. A key that
	 * nobody uses costs nothing, so there may be millions.
	 * @param name any text that is not empty
	 * @param key any text, compared exactly
	 * @return the lock
	 * @throws IllegalArgumentException if the name is empty, or if the name or the key is
	 * no text, for it has a lone surrogate
	 */
	SharedExclusiveLock readWriteLock(String name, String key);

	/**
	 * The lock of that path between processes, and between the threads of this one, for
	 * exclusive use. It is the exclusive side of
	 * {@link #interProcessReaderWriterLock(String)} of the same path.
	 * @param path the lock file: one or more segments of letters, digits, {@code .},
	 * {@code _} and {@code -}, separated by {@code /}, none starting with a dot, relative
	 * to the lock directory; or an absolute path below the lock directory. A segment has
	 * at most 200 characters, a path at most 32 segments and 1,000 characters
	 * @return the lock
	 * @throws LockPathException if the path is not a legal lock path
	 * @throws LockDirectoryException if no lock directory is set, or it cannot be used
	 */
	ExclusiveLock interProcessLock(String path);

	/**
	 * The lock of that path between processes, and between the threads of this one.
	 * @param path the lock file, as in {@link #interProcessLock(String)}
	 * @return the lock
	 * @throws LockPathException if the path is not a legal lock path
	 * @throws LockDirectoryException if no lock directory is set, or it cannot be used
	 */
	SharedExclusiveLock interProcessReaderWriterLock(String path);

	/**
	 * The lock of a key between processes, and between the threads of this one, for
	 * exclusive use. It is the exclusive side of
	 * {@link #interProcessReaderWriterLock(String, String)} of the same path and key.
	 * @param path the lock file, as in {@link #interProcessLock(String)}
	 * @param key any text, compared exactly
	 * @return the lock
	 * @throws LockPathException if the path is not a legal lock path
	 * @throws LockDirectoryException if no lock directory is set, or it cannot be used
	 * @throws IllegalArgumentException if the key is no text, for it has a lone surrogate
	 */
	ExclusiveLock interProcessLock(String path, String key);

	/**
	 * The lock of a key between processes, and between the threads of this one. The locks
	 * of all keys of a path are in one file, and independent of one another and of the
	 * lock of the path itself. A key that nobody uses costs nothing, so there may be
	 * millions. But the kernel looks through all locks of a file that are held in the
	 * same moment, so that thousands of these slow one another down.
	 * @param path the lock file, as in {@link #interProcessLock(String)}
	 * @param key any text, compared exactly
	 * @return the lock
	 * @throws LockPathException if the path is not a legal lock path
	 * @throws LockDirectoryException if no lock directory is set, or it cannot be used
	 * @throws IllegalArgumentException if the key is no text, for it has a lone surrogate
	 */
	SharedExclusiveLock interProcessReaderWriterLock(String path, String key);

	/**
	 * The semaphore of that path, with the number of permits that is set for it
	 * ({@code fasteners.process.locks.[path].permits}, {@link LockSettings#permits()}).
	 * @param path the lock file, as in {@link #interProcessLock(String)}
	 * @return the semaphore
	 * @throws LockPathException if the path is not a legal lock path
	 * @throws LockDirectoryException if no lock directory is set, or it cannot be used
	 * @throws IllegalArgumentException if no number of permits is set, or it is out of
	 * its range
	 * @throws IllegalStateException if the semaphore is used in this JVM with another
	 * number of permits
	 * @throws UnsupportedOperationException if there can be no semaphores in the lock
	 * directory, for the reason that the message gives
	 */
	CountingSemaphore interProcessSemaphore(String path);

	/**
	 * The semaphore of that path between processes, and between the threads of this one:
	 * so many may be inside at the same time. It is independent of the lock of the path
	 * and of those of its keys.
	 * @param path the lock file, as in {@link #interProcessLock(String)}
	 * @param permits how many permits it has: from 1 to 1,000, the same for all who use
	 * the semaphore
	 * @return the semaphore
	 * @throws LockPathException if the path is not a legal lock path
	 * @throws LockDirectoryException if no lock directory is set, or it cannot be used
	 * @throws IllegalArgumentException if the number of permits is out of its range
	 * @throws IllegalStateException if the semaphore is used in this JVM with another
	 * number of permits, or another one is set for it
	 * @throws UnsupportedOperationException if there can be no semaphores in the lock
	 * directory, for the reason that the message gives
	 */
	CountingSemaphore interProcessSemaphore(String path, int permits);

	/**
	 * The longest wait of {@code acquire} and of annotated methods where none is given,
	 * neither there nor for the lock.
	 * @return the timeout; empty to wait for ever
	 */
	Optional<Duration> defaultTimeout();

	/**
	 * End all waits for locks of this registry with {@link LockRegistryClosedException}.
	 * Sections that run keep their locks until they end. After that a lock that is free
	 * is still granted, so that closing code may lock; but nobody waits any more. Closing
	 * twice does nothing.
	 */
	@Override
	void close();

}
