package org.fasteners.benchmarks;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A logarithmic axis: maps positive numbers to positions on a line. The axis starts at a
 * power of ten.
 */
final class LogScale {

	private final int firstDecade;

	private final double decades;

	private final int from;

	private final int to;

	/**
	 * Create an axis that covers all given numbers.
	 * @param numbers the numbers, positive
	 * @param from the start of the line
	 * @param to the end of the line
	 */
	LogScale(List<Double> numbers, int from, int to) {
		// a margin, so that no bar has length zero
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
	 * Return the powers of ten on the axis.
	 * @return the powers in ascending order
	 */
	DoubleStream powersOfTen() {
		return IntStream.rangeClosed(this.firstDecade, this.firstDecade + (int) this.decades)
			.mapToDouble((exponent) -> Math.pow(10, exponent));
	}

}
