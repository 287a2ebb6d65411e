package org.fasteners.process.file;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.fasteners.Background;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

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
