package org.fasteners.sample;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A show, as the HTTP interface presents it.
 *
 * @param show the name of the show
 * @param seats the number of seats
 * @param sold the number of sold seats
 * @param sales the sold seats, or {@code null} in a list of shows
 */
record Show(String show, int seats, int sold, @Nullable List<Sale> sales) {
}
