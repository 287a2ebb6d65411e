package org.fasteners.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Access to the virtual threads of Java 21 by reflection, because these classes run on
 * Java 17 as well.
 */
final class VirtualThreads {

	static final int SINCE = 21;

	private VirtualThreads() {
	}

	/**
	 * Return an executor that starts a virtual thread for each task.
	 * @return a new executor
	 * @throws IllegalStateException if this Java has no virtual threads
	 */
	static ExecutorService newExecutor() {
		if (Runtime.version().feature() < SINCE) {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"Virtual threads need Java %d or later, and this is Java %s", SINCE, Runtime.version()));
		}
		try {
			return (ExecutorService) MethodHandles.publicLookup()
				.findStatic(Executors.class, "newVirtualThreadPerTaskExecutor",
						MethodType.methodType(ExecutorService.class))
				.invokeExact();
		}
		catch (Throwable ex) {
			throw new IllegalStateException("Could not create virtual threads", ex);
		}
	}

}
