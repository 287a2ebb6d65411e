package org.fasteners.benchmarks.annotation.boot4;

import org.fasteners.benchmarks.annotation.AnnotationCalls;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Measures the time of a call on Spring Boot 4, compared with the annotation of Spring
 * that limits the number of concurrent calls.
 */
@State(Scope.Thread)
public class AnnotationBenchmark extends AnnotationCalls {

	/** The label of the results. */
	@Param("boot-4")
	@SuppressWarnings("NullAway.Init") // set by JMH
	public String spring;

	@Override
	protected String spring() {
		return this.spring;
	}

	/**
	 * {@code @ConcurrencyLimit} with one concurrent call.
	 * @param tally the bean
	 */
	@Benchmark
	public void concurrencyLimit(ConcurrencyLimitTally tally) {
		tally.bean().count(tally.nextId());
	}

}
