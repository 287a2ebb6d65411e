package org.fasteners.benchmarks.annotation.boot3;

import org.fasteners.benchmarks.annotation.AnnotationCalls;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Measures the time of a call on Spring Boot 3, compared with other annotations that
 * admit one call at a time by name.
 */
@State(Scope.Thread)
public class AnnotationBenchmark extends AnnotationCalls {

	/** The label of the results. */
	@Param("boot-3")
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String spring;

	@Override
	protected String spring() {
		return this.spring;
	}

	/**
	 * {@code @SchedulerLock} with the provider that keeps its locks in memory.
	 * @param tally the bean
	 */
	@Benchmark
	public void shedlock(ShedLockTally tally) {
		tally.bean().count(tally.nextId());
	}

	/**
	 * {@code @Bulkhead} with one concurrent call.
	 * @param tally the bean
	 */
	@Benchmark
	public void resilience4jBulkhead(BulkheadTally tally) {
		tally.bean().count(tally.nextId());
	}

}
