package org.fasteners.sample;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A show as the outside sees it.
 *
 * @param show its name
 * @param seats how many seats it has
 * @param sold how many of them are sold
 * @param sales the sold seats, or {@code null} in a list of shows
 */
record Show(String show, int seats, int sold, @Nullable List<Sale> sales) {
}
