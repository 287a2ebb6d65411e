package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A table in Markdown. The first column has names, the others have numbers.
 */
public final class MarkdownTable {

	private final StringBuilder text = new StringBuilder();

	private final int columns;

	MarkdownTable(String... headers) {
		this(List.of(headers));
	}

	/**
	 * Create a table.
	 * @param headers the headers of the columns
	 */
	public MarkdownTable(List<String> headers) {
		this.columns = headers.size();
		add(headers);
		this.text.append("|---|").append(String.join("|", Collections.nCopies(this.columns - 1, "---:"))).append("|\n");
	}

	MarkdownTable row(Object... cells) {
		return row(Arrays.stream(cells).map(MarkdownTable::cell).toList());
	}

	/**
	 * Add a row.
	 * @param cells a cell for each column
	 * @return this table
	 */
	public MarkdownTable row(List<String> cells) {
		if (cells.size() != this.columns) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "%d cells in %d columns", cells.size(), this.columns));
		}
		add(cells);
		return this;
	}

	private void add(List<String> cells) {
		this.text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
	}

	private static String cell(Object value) {
		return (value instanceof Double number) ? number(number) : value.toString();
	}

	/**
	 * Format a number with three significant digits, or with all digits before the point.
	 * @param number the number
	 * @return the text
	 */
	public static String number(double number) {
		int decimals = (number < 9.995) ? 2 : (number < 99.95) ? 1 : 0;
		return String.format(Locale.ROOT, "%." + decimals + "f", number);
	}

	/** Format nanoseconds as microseconds. */
	static String micros(long nanos) {
		return number(nanos / 1e3);
	}

	/** Format nanoseconds as milliseconds. */
	static String millis(long nanos) {
		return number(nanos / 1e6);
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

}
