package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.jspecify.annotations.Nullable;

/**
 * A file that was opened in order to lock it with {@code flock(2)}. Nothing is read or
 * written through it. Any thread may lock and unlock it.
 * <p>
 * Not thread-safe: used by one thread at a time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</a>
 */
final class Flock implements Closeable {

	/*
	 * The lock belongs to the open file description, so that two of these exclude each
	 * other within one process as well. A child process would inherit it, keep it after
	 * our death, and could release it; therefore the file is opened with O_CLOEXEC, which
	 * the JDK does not do. The lock is never waited for in the kernel, as LockFile says
	 * of record locks.
	 *
	 * Closing the descriptor of a file drops the record locks that this process has on
	 * it: see SharedFile.
	 */

	private static final int LOCK_SH = 1;

	private static final int LOCK_EX = 2;

	private static final int LOCK_NB = 4;

	private static final int LOCK_UN = 8;

	private static final int ENOENT = 2;

	private static final int EINTR = 4;

	private static final int EACCES = 13;

	private static final int CLOSED = -1;

	/** Why {@code flock(2)} cannot be called, once that was tried in vain. */
	private static volatile @Nullable String firstReason;

	private static final LinkOption[] FOLLOW = {};

	private final Path file;

	private int descriptor;

	private Flock(Path file, int descriptor) {
		this.file = file;
		this.descriptor = descriptor;
	}

	/**
	 * Make sure that there is {@code flock(2)}.
	 * @throws UnsupportedOperationException if not
	 */
	static void require() {
		try {
			LibC.load();
		}
		catch (LinkageError ex) {
			throw new UnsupportedOperationException(isJnaThere()
					? "flock(2) cannot be called through JNA: " + reason(ex)
					: "flock(2) is called through JNA, which is not there: add the dependency net.java.dev.jna:jna",
					ex);
		}
	}

	private static boolean isJnaThere() {
		return Flock.class.getClassLoader().getResource("com/sun/jna/Native.class") != null;
	}

	/** A class whose initialisation has failed does not repeat the reason. */
	private static String reason(LinkageError failure) {
		String known = firstReason;
		if (known == null) {
			known = explain(failure);
			firstReason = known;
		}
		return known;
	}

	/** The innermost message, and the option of Java that removes the cause. */
	static String explain(Throwable failure) {
		Throwable cause = failure;
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		String message = String.valueOf(cause.getMessage());
		if (cause instanceof IllegalCallerException || message.contains("IllegalCallerException")) {
			return message
					+ ". Start Java with --enable-native-access=ALL-UNNAMED, because --illegal-native-access=deny, which will be the default of a later version, denies native access to all other code";
		}
		if (cause instanceof UnsatisfiedLinkError || message.contains("UnsatisfiedLinkError")) {
			return message
					+ ". JNA unpacks its native library into a directory below the home or temporary directory: start Java with -Djna.tmpdir=DIRECTORY, a directory that this user can write to and that is not mounted noexec";
		}
		return message;
	}

	/**
	 * Open a file that exists. No link is followed in its last segment.
	 * @param write whether to open it for writing as well, which the lock does not need
	 * on a local file system
	 */
	static Flock open(Path file, boolean write) throws IOException {
		require();
		return new Flock(file, LibC.open(file, write));
	}

	/**
	 * One attempt to lock. A lock that is held already is converted, and may be lost if
	 * that is refused.
	 * @return {@code false} if somebody else has it
	 */
	boolean tryLock(boolean shared) throws IOException {
		return LibC.flock(this.file, this.descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB);
	}

	void unlock() throws IOException {
		LibC.flock(this.file, this.descriptor, LOCK_UN);
	}

	/**
	 * Which file this is, by its descriptor.
	 * @return {@code null} if the system does not tell
	 */
	@Nullable Object identity() throws IOException {
		return Platform.isLinux() ? FileIdentity.of(Path.of("/proc/self/fd/" + this.descriptor), FOLLOW) : null;
	}

	/** Close the descriptor, and with it release the lock. */
	@Override
	public void close() throws IOException {
		int open = this.descriptor;
		this.descriptor = CLOSED;
		if (open != CLOSED) {
			LibC.close(this.file, open);
		}
	}

	/**
	 * The functions of the C library. Not loaded as long as nobody asks for them.
	 */
	private static final class LibC {

		private static final Charset FILE_NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

		static {
			Native.register(LibC.class, Platform.C_LIBRARY_NAME);
		}

		private LibC() {
		}

		static void load() {
			flags(false);
		}

		private static native int open(byte[] path, int flags) throws LastErrorException;

		private static native int flock(int descriptor, int operation) throws LastErrorException;

		private static native int close(int descriptor) throws LastErrorException;

		static int open(Path file, boolean write) throws IOException {
			byte[] path = (file + "\0").getBytes(FILE_NAMES);
			while (true) {
				try {
					return open(path, flags(write));
				}
				catch (LastErrorException ex) {
					if (ex.getErrorCode() != EINTR) {
						throw failure(file, ex);
					}
				}
			}
		}

		static boolean flock(Path file, int descriptor, int operation) throws IOException {
			while (true) {
				try {
					flock(descriptor, operation);
					return true;
				}
				catch (LastErrorException ex) {
					if (ex.getErrorCode() == wouldBlock()) {
						return false;
					}
					if (ex.getErrorCode() != EINTR) {
						throw failure(file, ex);
					}
				}
			}
		}

		static void close(Path file, int descriptor) throws IOException {
			try {
				close(descriptor);
			}
			catch (LastErrorException ex) {
				// after EINTR, too, the descriptor is closed on Linux
				if (ex.getErrorCode() != EINTR) {
					throw failure(file, ex);
				}
			}
		}

		private static IOException failure(Path file, LastErrorException ex) {
			FileSystemException failure = switch (ex.getErrorCode()) {
				case ENOENT -> new NoSuchFileException(file.toString());
				case EACCES -> new AccessDeniedException(file.toString());
				default -> new FileSystemException(file.toString(), null, ex.getMessage());
			};
			failure.initCause(ex);
			return failure;
		}

		private static int wouldBlock() {
			return Platform.isMac() ? 35 : 11;
		}

		/** From the headers of each system, {@code fcntl.h}. */
		private static int flags(boolean write) {
			int access = write ? 2 : 0;
			if (Platform.isMac()) {
				return access | 0x100 | 0x1000000;
			}
			if (!Platform.isLinux()) {
				throw new UnsupportedOperationException("flock(2) can be used on Linux and macOS alone");
			}
			int noFollow = (Platform.isARM() || Platform.isPPC()) ? 0100000 : 0400000;
			return access | noFollow | 02000000;
		}

	}

}
