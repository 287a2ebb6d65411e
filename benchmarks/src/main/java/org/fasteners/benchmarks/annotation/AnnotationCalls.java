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
 * Measures the time of one call of a method that counts, without contention. Common to
 * the benchmarks of all major versions of Spring Boot.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public abstract class AnnotationCalls {

	/** The benchmark that is the reference of the others. */
	public static final String REFERENCE = "locked";

	/**
	 * Return the major version of Spring Boot that labels the results.
	 * @return {@code boot-} and the major version
	 */
	protected abstract String spring();

	/**
	 * Check that the class path has the version of the label.
	 * @throws IllegalStateException if it has another version
	 */
	@Setup
	public void checkSpring() {
		String version = SpringBootVersion.getVersion();
		if (!spring().equals("boot-" + version.substring(0, version.indexOf('.')))) {
			throw new IllegalStateException(
					String.format(Locale.ROOT, "The class path has Spring Boot %s, not %s", version, spring()));
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
