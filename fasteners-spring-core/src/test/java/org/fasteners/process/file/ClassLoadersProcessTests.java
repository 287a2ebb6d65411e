package org.fasteners.process.file;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;

import org.fasteners.Background;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Several copies of the library in one JVM, as in an application server.
 */
@Timeout(120)
class ClassLoadersProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@BeforeEach
	void resolve() throws IOException {
		this.locks = this.temp.toRealPath().resolve("locks");
	}

	@Test
	void copiesExcludeOneAnotherAndDestroyNobodysLock() throws Exception {
		try (Copy one = new Copy(); Copy other = new Copy(); Peer peer = Peer.java(this.locks, "a")) {
			Lock first = one.interProcessLock(this.locks, "a");
			Lock second = other.interProcessLock(this.locks, "a");
			assertThat(first.getClass()).isNotEqualTo(second.getClass());
			first.lock();
			assertThat(second.tryLock()).isFalse();
			assertThat(second.tryLock(50, TimeUnit.MILLISECONDS)).isFalse();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
			Background<Boolean> waiter = Background.start(second::lock).awaitWaiting();
			first.unlock();
			waiter.result();
			assertThat(first.tryLock()).isFalse();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
		}
	}

	@Test
	void aCopyThatIsUnloadedTakesNoLockOfAnotherWithIt() throws Exception {
		try (Copy staying = new Copy(); Peer peer = Peer.java(this.locks, "a")) {
			Lock lock = staying.interProcessLock(this.locks, "a");
			for (int i = 0; i < 3; i++) {
				WeakReference<ClassLoader> unloaded = useAndForget();
				lock.lock();
				Background.until(() -> {
					System.gc();
					return unloaded.refersTo(null);
				});
				assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
				lock.unlock();
				assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
			}
		}
	}

	@Test
	void copiesExcludeOneAnotherAlthoughTheSystemPropertiesWereReplaced() throws Exception {
		Properties before = System.getProperties();
		try (Copy one = new Copy(); Copy other = new Copy(); Peer peer = Peer.java(this.locks, "a")) {
			Lock first = one.interProcessLock(this.locks, "a");
			first.lock();
			Properties replaced = new Properties();
			before.stringPropertyNames().forEach((name) -> replaced.setProperty(name, before.getProperty(name)));
			replaced.remove(JvmTable.MARK);
			System.setProperties(replaced);
			other.openAndClose(this.locks.resolve("a"));
			assertThat(other.interProcessLock(this.locks, "a").tryLock()).isFalse();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
			first.unlock();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
		}
		finally {
			System.setProperties(before);
		}
	}

	@Test
	void theSystemPropertiesAreStringsAndTheTableCannotBeChangedByJmx() throws Exception {
		try (Copy copy = new Copy()) {
			copy.interProcessLock(this.locks, "a").lock();
		}
		System.getProperties().store(OutputStream.nullOutputStream(), null);
		assertThat(System.getProperties().values()).allSatisfy((value) -> assertThat(value).isInstanceOf(String.class));
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		ObjectName name = new ObjectName(JvmTable.NAME);
		assertThat(server.getMBeanInfo(name).getAttributes()).noneMatch(MBeanAttributeInfo::isWritable);
		assertThatExceptionOfType(RuntimeMBeanException.class).isThrownBy(() -> server.invoke(name, "setValue",
				new Object[] { "other" }, new String[] { Object.class.getName() }));
		assertThatExceptionOfType(NotSerializableException.class)
			.isThrownBy(() -> new ObjectOutputStream(OutputStream.nullOutputStream())
				.writeObject(server.getAttribute(name, "Value")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "java.base", "java.base,java.management" })
	void withoutTheModuleOfTheTableASecondCopyIsRefused(String modules) throws Exception {
		Process process = new ProcessBuilder(Peer.javaExecutable(), "--limit-modules", modules, "-cp",
				System.getProperty("java.class.path"), Copies.class.getName(), this.locks.toString())
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (modules.contains("management")) {
			assertThat(said).contains("first: true").contains("second: false");
		}
		else {
			assertThat(said).contains("first: true")
				.contains("another class loader has loaded a copy before")
				.contains("Add that module to the runtime image")
				.doesNotContain("second:");
		}
	}

	@Test
	void aCopyThatDoesNotFindTheTableIsRefused() throws Exception {
		Process process = new ProcessBuilder(Peer.javaExecutable(), "-cp", System.getProperty("java.class.path"),
				Copies.class.getName(), this.locks.toString(), "unregister")
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(said).contains("first: true").contains("was unregistered").doesNotContain("second:");
	}

	/** What runs in a child JVM: two copies that lock the same file. */
	static final class Copies {

		private Copies() {
		}

		public static void main(String[] arguments) throws Exception {
			Path locks = Path.of(arguments[0]);
			System.out.println("first: " + new Copy().interProcessLock(locks, "a").tryLock());
			if (arguments.length > 1) {
				ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(JvmTable.NAME));
			}
			System.out.println("second: " + new Copy().interProcessLock(locks, "a").tryLock());
		}

	}

	@Test
	void allCopiesUseOneDescriptor() throws Exception {
		for (int i = 0; i < 3; i++) {
			useAndForget();
		}
		assertThat(Descriptors.of(this.locks.resolve("a"))).hasSize(1);
	}

	/** A copy that opens the lock file first, and then goes. */
	private WeakReference<ClassLoader> useAndForget() throws Exception {
		try (Copy copy = new Copy()) {
			Lock lock = copy.interProcessLock(this.locks, "a");
			lock.lock();
			lock.unlock();
			return new WeakReference<>(copy.loader);
		}
	}

	/**
	 * A copy of the library with classes of its own.
	 */
	private static final class Copy implements AutoCloseable {

		private final URLClassLoader loader;

		Copy() throws IOException {
			List<URL> path = new ArrayList<>();
			for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
				path.add(url(entry));
			}
			this.loader = new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
		}

		private static URL url(String entry) throws MalformedURLException {
			return Path.of(entry).toUri().toURL();
		}

		/** To open and close a file under a lock of its own. */
		void openAndClose(Path file) throws Exception {
			Class<?> type = this.loader.loadClass("org.fasteners.process.file.LockedFile");
			Object options = new OpenOption[] { StandardOpenOption.WRITE,
					(OpenOption) Objects.requireNonNull(this.loader.loadClass("org.fasteners.process.file.LockOption")
						.getField("NON_BLOCKING")
						.get(null)) };
			try {
				((Closeable) Objects
					.requireNonNull(type.getMethod("open", Path.class, OpenOption[].class).invoke(null, file, options)))
					.close();
			}
			catch (InvocationTargetException ex) {
				assertThat(Objects.requireNonNull(ex.getCause()).getClass().getSimpleName())
					.isEqualTo("LockTimeoutException");
			}
		}

		Lock interProcessLock(Path directory, String path) throws Exception {
			Class<?> registries = this.loader.loadClass("org.fasteners.registry.LockRegistries");
			Object builder = call(null, registries, "builder");
			builder = call(builder, builder.getClass(), "lockDirectory", directory);
			Object registry = call(builder, builder.getClass(), "build");
			return (Lock) call(registry, this.loader.loadClass("org.fasteners.LockRegistry"), "interProcessLock", path);
		}

		private static Object call(@Nullable Object target, Class<?> type, String name, Object... arguments)
				throws Exception {
			Class<?>[] types = new Class<?>[arguments.length];
			for (int i = 0; i < arguments.length; i++) {
				types[i] = (arguments[i] instanceof Path) ? Path.class : arguments[i].getClass();
			}
			return Objects.requireNonNull(type.getMethod(name, types).invoke(target, arguments));
		}

		@Override
		public void close() throws IOException {
			this.loader.close();
		}

	}

}
