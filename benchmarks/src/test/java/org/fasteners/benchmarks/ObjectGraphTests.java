package org.fasteners.benchmarks;

import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ObjectGraphTests {

	private static final long EMPTY = ObjectGraph.bytes(new Object[] { new AtomicReference<>() });

	@Test
	void referredObjectsCount() {
		Object nested = new AtomicReference<>(new AtomicReference<>(new AtomicReference<>()));
		assertThat(ObjectGraph.bytes(new Object[] { nested })).isEqualTo(3 * EMPTY);
	}

	@Test
	void sharedObjectsCountOnce() {
		Object shared = new AtomicReference<>();
		assertThat(ObjectGraph.bytes(new Object[] { new AtomicReference<>(shared), new AtomicReference<>(shared) }))
			.isEqualTo(3 * EMPTY);
	}

	@Test
	void anObjectThatRefersToItselfCountsOnce() {
		AtomicReference<Object> circle = new AtomicReference<>();
		circle.set(circle);
		assertThat(ObjectGraph.bytes(new Object[] { circle })).isEqualTo(EMPTY);
	}

	@Test
	void aThreadDoesNotCount() {
		assertThat(ObjectGraph.bytes(new Object[] { new AtomicReference<>(Thread.currentThread()) })).isEqualTo(EMPTY);
	}

}
