package org.fasteners.benchmarks.annotation;

import org.jspecify.annotations.Nullable;

/**
 * What became of a caller who came while another one was inside.
 *
 * @param inside how many were inside then
 * @param runs how often the body has run in the end
 * @param refusal what the second caller got instead, if anything
 */
public record Meeting(int inside, int runs, @Nullable Throwable refusal) {
}
