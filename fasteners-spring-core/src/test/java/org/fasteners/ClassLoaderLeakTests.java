package org.fasteners;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.fasteners.registry.LockRegistries;
import org.fasteners.thread.ReaderWriterLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application is stopped, and the threads of a pool that it used live on: nothing that
 * they keep refers to its class loader.
 */
@Timeout(120)
class ClassLoaderLeakTests {

	@Test
	void theLoaderOfAnApplicationThatUsedLocksIsCollectedWhileThePoolLivesOn(@TempDir Path temp) throws Exception {
		ThreadPoolExecutor pool = (ThreadPoolExecutor) Executors.newFixedThreadPool(2);
		// a thread keeps the loader of the code that starts it, so none is started there
		pool.prestartAllCoreThreads();
		new CompletableFuture<String>().completeOnTimeout("", 1, TimeUnit.NANOSECONDS).join();
		try {
			WeakReference<ClassLoader> loader = runApplication(pool, temp.toRealPath().resolve("locks").toString());
			Background.until(() -> {
				System.gc();
				return loader.get() == null;
			});
			assertThat(pool.submit(() -> "alive").get(30, TimeUnit.SECONDS)).isEqualTo("alive");
		}
		finally {
			pool.shutdownNow();
		}
	}

	private static WeakReference<ClassLoader> runApplication(ExecutorService pool, String directory) throws Exception {
		try (Copy copy = new Copy()) {
			Class<?> type = Class.forName(Application.class.getName(), true, copy);
			assertThat(type).isNotEqualTo(Application.class);
			Object application = type.getConstructor(ExecutorService.class, String.class).newInstance(pool, directory);
			assertThat(((Callable<?>) application).call()).isEqualTo("done");
			return new WeakReference<>(copy);
		}
	}

	/**
	 * Its own copy of the library and all else that is not of the JDK.
	 */
	private static final class Copy extends URLClassLoader {

		Copy() throws MalformedURLException {
			super(urls(), ClassLoader.getPlatformClassLoader());
		}

		private static URL[] urls() throws MalformedURLException {
			List<URL> urls = new ArrayList<>();
			for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
				urls.add(Path.of(entry).toUri().toURL());
			}
			return urls.toArray(new URL[0]);
		}

	}

	/**
	 * What runs in the copy: enters a section as an annotated method does, and uses all
	 * that may leave something with a thread.
	 */
	public static final class Application implements Callable<String>, LockSections.Section {

		private final ExecutorService pool;

		private final String directory;

		public Application(ExecutorService pool, String directory) {
			this.pool = pool;
			this.directory = directory;
		}

		@Override
		public String call() throws Exception {
			try (LockRegistry registry = LockRegistries.builder()
				.lockDirectory(Path.of(this.directory))
				.watchdog(Duration.ofMillis(5), (theft) -> {
				})
				.build()) {
				List<CompletableFuture<Void>> tasks = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					tasks.add(CompletableFuture.runAsync(() -> use(registry), this.pool));
				}
				for (CompletableFuture<Void> task : tasks) {
					task.get(60, TimeUnit.SECONDS);
				}
			}
			return "done";
		}

		@SuppressWarnings("FutureReturnValueIgnored") // what they leave behind is looked
														// at
		private void use(LockRegistry registry) {
			LockSections sections = LockSections.ofThread();
			int place = sections.next();
			sections.enter(this, 0);
			if (LockContext.current().lock("work").isEmpty()) {
				throw new IllegalStateException("not entered");
			}
			sections.leave(place);
			ReaderWriterLock lock = new ReaderWriterLock();
			try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				lock.acquireAsync(LockMode.SHARED, Runnable::run)
					.orTimeout(1, TimeUnit.DAYS)
					.thenAccept(LockHold::close);
				lock.withLockAsync(LockMode.SHARED, this.pool, () -> CompletableFuture.completedFuture("done"))
					.orTimeout(1, TimeUnit.MILLISECONDS);
			}
			for (LockMode mode : LockMode.values()) {
				registry.readWriteLock("a").acquire(mode).detach().close();
				registry.interProcessReaderWriterLock("a").acquire(mode).close();
			}
			registry.interProcessSemaphore("permits", 3).acquire().close();
		}

		@Override
		public String name() {
			return "work";
		}

		@Override
		public @Nullable String key() {
			return null;
		}

		@Override
		public LockMode mode() {
			return LockMode.EXCLUSIVE;
		}

		@Override
		public boolean isLike(LockSections.Section other) {
			return other == this;
		}

	}

}
