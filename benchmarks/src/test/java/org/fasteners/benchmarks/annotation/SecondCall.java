package org.fasteners.benchmarks.annotation;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a call that started while another call was in the body.
 *
 * @param inside the number of calls in the body at that time
 * @param runs the total number of runs of the body
 * @param refusal the exception of the second call, if any
 */
public record SecondCall(int inside, int runs, @Nullable Throwable refusal) {
}
