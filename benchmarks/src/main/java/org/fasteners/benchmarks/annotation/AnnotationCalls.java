package org.fasteners.benchmarks.annotation;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.boot.SpringBootVersion;

/**
 * The time of one call of a method that counts, by one thread that has the lock to
 * itself: what the benchmarks of all lines of Spring Boot have in common.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public abstract class AnnotationCalls {

	/** The benchmark that the others are compared with. */
	public static final String REFERENCE = "locked";

	/**
	 * The line of Spring Boot that the results are labelled with.
	 * @return {@code boot-} and its major version
	 */
	protected abstract String spring();

	/**
	 * Look whether the class path is what the label says.
	 * @throws IllegalStateException if it has another Spring Boot
	 */
	@Setup
	public void checkSpring() {
		String version = SpringBootVersion.getVersion();
		if (!spring().equals("boot-" + version.substring(0, version.indexOf('.')))) {
			throw new IllegalStateException(
					String.format(Locale.ROOT, "This is Spring Boot %s and not %s", version, spring()));
		}
	}

	/**
	 * Without a proxy or a lock.
	 * @param tally the bean
	 */
	@Benchmark
	public void direct(DirectTally tally) {
		tally.bean().unlocked(tally.nextId());
	}

	/**
	 * Through a proxy, without a lock.
	 * @param tally the bean
	 */
	@Benchmark
	public void noopInterceptor(InterceptedTally tally) {
		tally.bean().unlocked(tally.nextId());
	}

	/**
	 * Without a proxy, under a lock in the body.
	 * @param tally the bean
	 */
	@Benchmark
	public void handWritten(DirectTally tally) {
		tally.bean().handWritten(tally.nextId());
	}

	/**
	 * Through a proxy, under a lock in the body.
	 * @param tally the bean
	 */
	@Benchmark
	public void noopInterceptorAndHandWritten(InterceptedTally tally) {
		tally.bean().handWritten(tally.nextId());
	}

	/**
	 * {@code @Locked} with a name.
	 * @param tally the bean
	 */
	@Benchmark
	public void locked(LockedTally tally) {
		tally.bean().locked(tally.nextId());
	}

	/**
	 * {@code @Locked} with a name and a key, 64 of them in turn.
	 * @param tally the bean
	 */
	@Benchmark
	public void lockedKey(LockedTally tally) {
		tally.bean().lockedKey(tally.nextId());
	}

	/**
	 * {@code @ReadLocked} with a name.
	 * @param tally the bean
	 */
	@Benchmark
	public void readLocked(LockedTally tally) {
		tally.bean().readLocked(tally.nextId());
	}

	/**
	 * {@code @InterProcessLocked} with a path.
	 * @param tally the bean
	 */
	@Benchmark
	public void interProcessLocked(LockedTally tally) {
		tally.bean().interProcessLocked(tally.nextId());
	}

}
