package org.fasteners.process.file;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.fasteners.LockState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The binding to {@code flock(2)}.
 */
@Timeout(60)
class FlockTests {

	private static final int CLOSE_ON_EXEC = 02000000;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	@BeforeEach
	void create() throws IOException {
		this.file = Files.createFile(this.directory.toRealPath().resolve("file"));
	}

	@Test
	void anExclusiveLockIsAlone() throws IOException {
		try (Flock one = Flock.open(this.file, false); Flock other = Flock.open(this.file, true)) {
			assertThat(one.tryLock(false)).isTrue();
			assertThat(other.tryLock(false)).isFalse();
			assertThat(other.tryLock(true)).isFalse();
			one.unlock();
			assertThat(other.tryLock(false)).isTrue();
		}
	}

	@Test
	void aSharedLockIsSharedWithOthersThatAre() throws IOException {
		try (Flock one = Flock.open(this.file, false); Flock other = Flock.open(this.file, false)) {
			assertThat(one.tryLock(true)).isTrue();
			assertThat(other.tryLock(true)).isTrue();
			assertThat(other.tryLock(false)).isFalse();
		}
	}

	@Test
	void toCloseItReleasesTheLock() throws IOException {
		Flock one = Flock.open(this.file, false);
		assertThat(one.tryLock(false)).isTrue();
		one.close();
		one.close();
		try (Flock other = Flock.open(this.file, false)) {
			assertThat(other.tryLock(false)).isTrue();
		}
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> one.tryLock(false))
			.withMessageStartingWith(this.file.toString());
	}

	/** The JDK closes all in its children, but native code that forks does not. */
	@Test
	void theDescriptorIsNotInheritedByChildren() throws IOException {
		try (Flock flock = Flock.open(this.file, false)) {
			assertThat(flock.tryLock(false)).isTrue();
			assertThat(Descriptors.of(this.file)).singleElement().satisfies((descriptor) -> {
				String info = Files.readString(Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName()));
				String flags = info.lines().filter((line) -> line.startsWith("flags:")).findAny().orElseThrow();
				assertThat(Integer.parseInt(flags.substring(6).trim(), 8) & CLOSE_ON_EXEC).isNotZero();
			});
		}
		assertThat(Descriptors.of(this.file)).isEmpty();
	}

	@Test
	void aSymbolicLinkIsRefused() throws IOException {
		Path link = Files.createSymbolicLink(this.file.resolveSibling("link"), this.file);
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> Flock.open(link, false))
			.withMessageStartingWith(link.toString())
			.withMessageContaining("symbolic links");
	}

	@Test
	void aMissingFileIsNotCreated() {
		Path missing = this.file.resolveSibling("missing");
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Flock.open(missing, true))
			.withMessage(missing.toString());
		assertThat(missing).doesNotExist();
	}

	@Test
	void aFileWithAnUnusualNameIsFound() throws IOException {
		Path unusual = Files.createFile(this.file.resolveSibling("ü 'quoted' %s \n"));
		try (Flock flock = Flock.open(unusual, true)) {
			assertThat(flock.tryLock(false)).isTrue();
		}
	}

	@Test
	@WithKernelLocks
	void theKernelShowsItsLocks() throws IOException {
		try (LockedFile locked = LockedFile.open(this.file, LockProtocol.FLOCK)) {
			assertThat(locked.verify()).isEqualTo(LockState.HELD);
			assertThat(KernelLocks.holders(this.file, LockProtocol.FCNTL)).isEmpty();
		}
	}

	@Test
	void whatKeepsJnaFromLoadingComesWithTheOptionOfJava() {
		Throwable denied = new ExceptionInInitializerError(
				new IllegalCallerException("Illegal native access from an unnamed module"));
		assertThat(Flock.explain(denied)).startsWith("Illegal native access from an unnamed module. ")
			.contains("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny");
		assertThat(Flock.explain(new UnsatisfiedLinkError("failed to map segment from shared object")))
			.startsWith("failed to map segment from shared object. ")
			.contains("-Djna.tmpdir=", "noexec");
		assertThat(Flock.explain(new NoClassDefFoundError("com/sun/jna/Native"))).isEqualTo("com/sun/jna/Native");
	}

	/** Also the second time, when the class that failed says nothing of the reason. */
	@Test
	void withoutJnaItSaysWhatIsMissing() throws Exception {
		List<URL> path = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
			if (!entry.contains("jna")) {
				path.add(url(entry));
			}
		}
		try (URLClassLoader loader = new URLClassLoader(path.toArray(new URL[0]),
				ClassLoader.getPlatformClassLoader())) {
			Class<?> protocols = loader.loadClass(LockProtocol.class.getName());
			Class<?> options = Class.forName("[Ljava.nio.file.OpenOption;");
			Method open = loader.loadClass(LockedFile.class.getName())
				.getMethod("open", Path.class, protocols, options);
			Object flock = constant(protocols, LockProtocol.FLOCK);
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(InvocationTargetException.class)
					.isThrownBy(() -> open.invoke(null, this.file, flock, new OpenOption[0]))
					.havingCause()
					.isInstanceOf(UnsupportedOperationException.class)
					.withMessage(
							"flock(2) is called through JNA, which is not there: add the dependency net.java.dev.jna:jna");
			}
			Object fcntl = constant(protocols, LockProtocol.FCNTL);
			Object locked = open.invoke(null, this.file, fcntl, new OpenOption[] { StandardOpenOption.WRITE });
			assertThat(locked.getClass().getClassLoader()).isSameAs(loader);
			((AutoCloseable) locked).close();
		}
	}

	/** The constant of that name in another copy of the type. */
	private static Object constant(Class<?> type, LockProtocol protocol) {
		return Stream.of(type.getEnumConstants())
			.filter((constant) -> constant.toString().equals(protocol.name()))
			.findAny()
			.orElseThrow();
	}

	private static URL url(String entry) throws MalformedURLException {
		return Path.of(entry).toUri().toURL();
	}

}
