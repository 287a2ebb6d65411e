package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistry;
import org.fasteners.LockState;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * What runs in a child JVM to which things happen: reads orders from its standard input,
 * and answers each with one line, also when it fails.
 */
final class FaultPeer {

	static final String PREFERENCE = "org.fasteners.preference";

	static final String ACCESS = "org.fasteners.access";

	private final LockRegistry registry;

	private final Deque<LockHold> holds = new ArrayDeque<>();

	private final List<FileChannel> descriptors = new ArrayList<>();

	private final List<Thread> hung = new ArrayList<>();

	private @Nullable LockRegistry elsewhere;

	private @Nullable LockedFile file;

	private final AtomicLong thefts = new AtomicLong();

	private final AtomicLong done = new AtomicLong();

	private volatile boolean halted;

	private @Nullable Background<Boolean> waiter;

	private FaultPeer(LockRegistry registry) {
		this.registry = registry;
	}

	public static void main(String[] arguments) throws IOException {
		// By default nobody asks whether others wait, so it is certain which calls are
		// made.
		FaultPeer peer = new FaultPeer(LockRegistries.builder()
			.lockDirectory(Path.of(arguments[0]))
			.access(LockDirectoryAccess.valueOf(System.getProperty(ACCESS, "OWNER")))
			.processPreference(LockPreference.valueOf(System.getProperty(PREFERENCE, "READER")))
			.build());
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		// Makes no system calls but those of the orders.
		ExecutorService worker = Executors.newSingleThreadExecutor();
		answer(worker, (arguments.length > 1) ? () -> "ready" : peer::warmUp);
		String line = orders.readLine();
		while (line != null) {
			String[] order = line.split(" ", -1);
			answer(worker, () -> peer.answer(order));
			line = orders.readLine();
		}
		System.exit(0);
	}

	private static void answer(ExecutorService worker, Callable<String> order) {
		try {
			System.out.println(worker.submit(order).get());
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Has all classes loaded, also those of errors: that would take descriptors. */
	private String warmUp() {
		pair("warm-up");
		try {
			this.registry.interProcessLock("../warm-up");
		}
		catch (LockPathException ex) {
			describe(new LockEngineException("warm-up", "lock", new FileSystemException("warm-up", null, "nothing")));
		}
		return "ready";
	}

	private String answer(String[] order) {
		try {
			return obey(order);
		}
		catch (Exception | AssertionError | OutOfMemoryError ex) {
			return describe(ex);
		}
	}

	private static String describe(Throwable thrown) {
		return thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
	}

	private String obey(String[] order) throws Exception {
		switch (order[0]) {
			case "thread" -> {
				return Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
			}
			case "pair" -> {
				return pair(order[1]);
			}
			case "age" -> TimeUnit.MILLISECONDS.sleep(15);
			case "pairs" -> pairs(order[1], Integer.parseInt(order[2]));
			case "keys" -> keys(order[1], Integer.parseInt(order[2]));
			case "lock" -> this.holds.push(lock(order[1]).acquire(LockMode.valueOf(order[2])));
			case "unlock" -> this.holds.pop().close();
			case "try" -> {
				return String.valueOf(attempt(lock(order[1]), order[2], Long.parseLong(order[3])));
			}
			case "key" -> {
				return String
					.valueOf(attempt(this.registry.interProcessReaderWriterLock(order[1], order[2]), order[3], 0));
			}
			case "hold" -> this.holds.push(this.registry.interProcessLock(order[1], order[2]).acquire());
			case "wait" ->
				this.waiter = Background.start(() -> lock(order[1]).acquire(LockMode.EXCLUSIVE).close()).awaitWaiting();
			case "end" -> {
				return String.valueOf(this.waiter != null && this.waiter.result());
			}
			case "loop" -> this.waiter = Background.start(() -> loop(order[1]));
			case "done" -> {
				return this.done.toString();
			}
			case "halt" -> {
				this.halted = true;
				Objects.requireNonNull(this.waiter).result();
			}
			case "holders" -> {
				return String.join(", ", lock(order[1]).holders().stream().map(LockHolder::description).toList());
			}
			case "opened" -> {
				return String.valueOf(opened(Path.of(order[1])));
			}
			case "read" -> Files.readAllBytes(Path.of(order[1]));
			case "overlap" -> this.waiter = Background.start(() -> read(order[1]));
			case "count" -> this.waiter = Background.start(() -> count(order[1], Path.of(order[2])));
			case "spawn" -> {
				return String.valueOf(new ProcessBuilder("sleep", "60").start().pid());
			}
			case "exhaust" -> exhaustDescriptors();
			case "many" -> many(order[1], Integer.parseInt(order[2]));
			case "most" -> {
				return most(order[1]);
			}
			case "close" -> this.registry.close();
			case "unlock-all" -> {
				while (!this.holds.isEmpty()) {
					this.holds.pop().close();
				}
			}
			case "write" -> LockedFile.open(Path.of(order[1]), WRITE).close();
			case "watch" -> watch(Path.of(order[1]));
			case "thefts" -> {
				return this.thefts.toString();
			}
			case "file" ->
				this.file = LockedFile.open(Path.of(order[1]), WRITE, CREATE, LockOption.ALLOW_NETWORK_FILE_SYSTEM);
			case "verify-file" -> hang(this::verifyAlways);
			case "file-held" -> {
				return String.valueOf(Objects.requireNonNull(this.file).isHeld());
			}
			case "enter" -> enter(Path.of(order[1]));
			case "hang" -> hang(Path.of(order[1]));
			case "hung" -> {
				return String.valueOf(this.hung.stream().filter(Thread::isAlive).count());
			}
			case "relieve" -> relieve();
			case "fill" -> fillTheHeapInASection(order[1]);
			case "scarce" -> {
				return new ScarceHeap(lock(order[1])).useAll();
			}
			default -> throw new IllegalArgumentException(order[0]);
		}
		return "done";
	}

	/** One lock after the other, each with a file of its own. */
	private void many(String prefix, int number) {
		for (int i = 0; i < number; i++) {
			lock(prefix + i).acquire(LockMode.EXCLUSIVE).close();
		}
	}

	/** As many locks as can be held at once. */
	private String most(String prefix) {
		try {
			for (int i = 0; true; i++) {
				this.holds.push(lock(prefix + i).acquire(LockMode.EXCLUSIVE));
			}
		}
		catch (LockEngineException ex) {
			return this.holds.size() + " " + describe(ex);
		}
	}

	/** Hold a lock that a watchdog looks after. */
	private void watch(Path directory) {
		LockRegistry watched = LockRegistries.builder()
			.lockDirectory(directory)
			.watchdog(Duration.ofMillis(5), (theft) -> this.thefts.incrementAndGet())
			.build();
		this.holds.push(watched.interProcessLock("watched").acquire());
	}

	/** Begin to use another lock directory, and leave a lock file open there. */
	private void enter(Path directory) {
		this.elsewhere = LockRegistries.builder().lockDirectory(directory).allowNetworkFileSystem(true).build();
		this.elsewhere.interProcessLock("idle").acquire().close();
		this.holds.push(this.elsewhere.interProcessLock("held").acquire());
	}

	/** Use it by threads that may never come back. */
	private void hang(Path directory) {
		LockRegistry registry = Objects.requireNonNull(this.elsewhere);
		hang(() -> registry.interProcessLock("idle").acquire().close());
		hang(() -> registry.interProcessLock("new").acquire().close());
		hang(() -> registry.interProcessLock("sub/new").acquire().close());
		hang(() -> LockedFile.open(directory.resolve("data"), WRITE, CREATE, LockOption.ALLOW_NETWORK_FILE_SYSTEM)
			.close());
	}

	/** Until the file system does not answer any more. */
	private void verifyAlways() throws IOException {
		while (!this.halted) {
			LockState unused = Objects.requireNonNull(this.file).verify();
		}
	}

	private void hang(Background.Action action) {
		Thread thread = Background.start(action).thread();
		this.hung.add(thread);
	}

	private SharedExclusiveLock lock(String path) {
		return this.registry.interProcessReaderWriterLock(path);
	}

	private static boolean attempt(SharedExclusiveLock lock, String mode, long millis) {
		try (LockAttempt attempt = lock.tryAcquire(LockMode.valueOf(mode), Duration.ofMillis(millis))) {
			return attempt.isAcquired();
		}
	}

	private String pair(String path) {
		return attempt(lock(path), "EXCLUSIVE", 0) ? "done" : "refused";
	}

	private void pairs(String path, int times) {
		SharedExclusiveLock lock = lock(path);
		for (int i = 0; i < times; i++) {
			lock.acquire(LockMode.EXCLUSIVE).close();
		}
	}

	private void keys(String path, int number) {
		for (int i = 0; i < number; i++) {
			this.registry.interProcessReaderWriterLock(path, "key " + i).acquire(LockMode.EXCLUSIVE).close();
		}
	}

	/** Again and again, and for a while each time. */
	private void read(String path) {
		while (!this.halted) {
			try (LockHold hold = lock(path).acquire(LockMode.SHARED)) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
				this.done.incrementAndGet();
			}
		}
	}

	@SuppressWarnings("InfiniteLoopStatement")
	private void count(String path, Path counter) throws IOException {
		while (true) {
			try (LockHold hold = lock(path).acquire(LockMode.EXCLUSIVE)) {
				Counter.append(counter);
			}
		}
	}

	/** Whatever happens to the file, go on; each time with another number in its path. */
	private void loop(String path) {
		for (int i = 0; !this.halted; i++) {
			try {
				lock(path.replace("#", String.valueOf(i))).acquire(LockMode.EXCLUSIVE).close();
				this.done.incrementAndGet();
			}
			catch (LockPathException | LockEngineException ex) {
				// defined; the next attempt starts afresh
			}
		}
	}

	/** How many descriptors lead to a file or below a directory. */
	private static long opened(Path place) throws IOException {
		try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
			return open.filter((descriptor) -> leadsTo(descriptor, place)).count();
		}
	}

	private static boolean leadsTo(Path descriptor, Path place) {
		try {
			return Files.readSymbolicLink(descriptor).startsWith(place);
		}
		catch (IOException ex) {
			return false; // it was that of the listing
		}
	}

	private void exhaustDescriptors() {
		try {
			while (true) {
				this.descriptors.add(FileChannel.open(Path.of("/dev/null")));
			}
		}
		catch (IOException ex) {
			// as many as there are
		}
	}

	private void relieve() throws IOException {
		for (FileChannel descriptor : this.descriptors) {
			descriptor.close();
		}
		this.descriptors.clear();
	}

	private void fillTheHeapInASection(String path) {
		try (LockHold hold = lock(path).acquire(LockMode.EXCLUSIVE)) {
			if (!Stream.generate(() -> new byte[1 << 20]).toList().isEmpty()) {
				throw new IllegalStateException("it has an end");
			}
		}
	}

}
