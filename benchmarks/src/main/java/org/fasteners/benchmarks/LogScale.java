package org.fasteners.benchmarks;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A logarithmic axis: from positive numbers to places on a line. It begins at a power of
 * ten.
 */
final class LogScale {

	private final int firstDecade;

	private final double decades;

	private final int from;

	private final int to;

	/**
	 * Create an axis on which all these numbers have a place.
	 * @param numbers the numbers, positive
	 * @param from where the line begins
	 * @param to where it ends
	 */
	LogScale(List<Double> numbers, int from, int to) {
		// a little room, so that no bar is without length
		this.firstDecade = (int) Math
			.floor(Math.log10(numbers.stream().mapToDouble(Double::doubleValue).min().orElse(1) / 1.2));
		double last = Math.log10(numbers.stream().mapToDouble(Double::doubleValue).max().orElse(1));
		this.decades = Math.max(1, last - this.firstDecade);
		this.from = from;
		this.to = to;
	}

	double place(double number) {
		return this.from + (this.to - this.from) * (Math.log10(number) - this.firstDecade) / this.decades;
	}

	/**
	 * The powers of ten on the axis.
	 * @return from the first to the last
	 */
	DoubleStream powersOfTen() {
		return IntStream.rangeClosed(this.firstDecade, this.firstDecade + (int) this.decades)
			.mapToDouble((exponent) -> Math.pow(10, exponent));
	}

}
