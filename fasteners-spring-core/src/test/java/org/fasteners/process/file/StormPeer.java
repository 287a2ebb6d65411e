package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;

import org.jspecify.annotations.Nullable;

/**
 * What runs in a child JVM: two copies of the library lock and release more files than
 * may stay open, close and reopen their registries, and open the lock files themselves.
 * Each section counts, by a counter of the file that nothing but its lock guards.
 */
final class StormPeer {

	static final int FILES = 40;

	private static final int THREADS = 2;

	private final URLClassLoader loader;

	private final Path locks;

	private StormPeer(Path locks) throws Exception {
		this.locks = locks;
		URL classes = Path.of(System.getProperty("java.class.path")).toUri().toURL();
		this.loader = new URLClassLoader(new URL[] { classes }, ClassLoader.getPlatformClassLoader());
	}

	public static void main(String[] arguments) throws Exception {
		Path locks = Path.of(arguments[0]);
		int rounds = Integer.parseInt(arguments[1]);
		List<StormPeer> copies = List.of(new StormPeer(locks), new StormPeer(locks));
		MappedByteBuffer counters = counters(locks);
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		orders.readLine();
		ExecutorService threads = Executors.newCachedThreadPool();
		List<Future<Integer>> results = new ArrayList<>();
		for (StormPeer copy : copies) {
			for (int i = 0; i < THREADS; i++) {
				Callable<Integer> storm = () -> copy.storm(counters, rounds);
				results.add(threads.submit(storm));
			}
		}
		int sections = 0;
		for (Future<Integer> result : results) {
			sections += result.get();
		}
		System.out.println(sections);
		System.exit(0);
	}

	static MappedByteBuffer counters(Path locks) throws Exception {
		try (FileChannel file = FileChannel.open(locks.resolveSibling("counters"), StandardOpenOption.READ,
				StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
			return file.map(MapMode.READ_WRITE, 0, FILES * Long.BYTES);
		}
	}

	private int storm(MappedByteBuffer counters, int rounds) throws Exception {
		Object registry = open();
		for (int i = 0; i < rounds; i++) {
			int number = ThreadLocalRandom.current().nextInt(FILES);
			Lock lock = (Lock) call(registry, "org.fasteners.LockRegistry", "interProcessLock", "storm/" + number);
			lock.lock();
			try {
				long before = counters.getLong(number * Long.BYTES);
				if (i % 4 == 0) {
					Thread.yield();
				}
				counters.putLong(number * Long.BYTES, before + 1);
			}
			finally {
				lock.unlock();
			}
			if (i % 16 == 0) {
				openAndClose(this.locks.resolve("storm/" + ThreadLocalRandom.current().nextInt(FILES)));
			}
			if (i % 50 == 49) {
				call(registry, "org.fasteners.LockRegistry", "close");
				registry = open();
			}
		}
		call(registry, "org.fasteners.LockRegistry", "close");
		return rounds;
	}

	private Object open() throws Exception {
		Object builder = call(null, "org.fasteners.registry.LockRegistries", "builder");
		builder = call(builder, builder.getClass().getName(), "lockDirectory", this.locks);
		return call(builder, builder.getClass().getName(), "build");
	}

	private Object call(@Nullable Object target, String type, String name, Object... arguments) throws Exception {
		Class<?>[] types = new Class<?>[arguments.length];
		for (int i = 0; i < arguments.length; i++) {
			types[i] = (arguments[i] instanceof Path) ? Path.class : arguments[i].getClass();
		}
		return this.loader.loadClass(type).getMethod(name, types).invoke(target, arguments);
	}

	private void openAndClose(Path file) throws Exception {
		Object nonBlocking = this.loader.loadClass("org.fasteners.process.file.LockOption")
			.getField("NON_BLOCKING")
			.get(null);
		try {
			((Closeable) this.loader.loadClass("org.fasteners.process.file.LockedFile")
				.getMethod("open", Path.class, OpenOption[].class)
				.invoke(null, file, new OpenOption[] { StandardOpenOption.WRITE, StandardOpenOption.READ,
						(OpenOption) nonBlocking }))
				.close();
		}
		catch (InvocationTargetException ex) {
			String failure = Objects.requireNonNull(ex.getCause()).getClass().getSimpleName();
			if (!failure.equals("LockTimeoutException") && !failure.equals("NoSuchFileException")) {
				throw ex;
			}
		}
	}

}
