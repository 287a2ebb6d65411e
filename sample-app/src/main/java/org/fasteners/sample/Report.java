package org.fasteners.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;

/**
 * A file with the sales of all shows. A bean of the web application alone, because the
 * processes of {@code prove} write no report.
 */
@Component
@ConditionalOnWebApplication
class Report {

	static final String LOCK = "report";

	private final BoxOffice boxOffice;

	private final BoxOfficeProperties properties;

	private final LockRegistry locks;

	Report(BoxOffice boxOffice, BoxOfficeProperties properties, LockRegistry locks) {
		this.boxOffice = boxOffice;
		this.properties = properties;
		this.locks = locks;
	}

	/**
	 * Write the report. One counter at a time writes it. With a timeout of zero the other
	 * counters do not wait: their call fails immediately with an exception.
	 */
	@InterProcessLocked(value = LOCK, timeout = "0")
	public void write() throws IOException {
		Path file = this.properties.dataDirectory().resolve("report.csv");
		Files.write(file, lines());
	}

	/**
	 * A consistent view of all shows. Each {@link BoxOffice#show(String)} acquires the
	 * lock by itself, but a sale could happen between two calls. Therefore the lock of
	 * the same path, from the registry, is held around all of them, and each call
	 * re-enters it.
	 */
	private List<String> lines() throws IOException {
		List<String> lines = new ArrayList<>();
		try (LockHold hold = this.locks.interProcessReaderWriterLock("shows").acquire(LockMode.SHARED)) {
			for (String name : this.properties.shows().keySet()) {
				lines.add(line(this.boxOffice.show(name)));
			}
		}
		return lines;
	}

	private static String line(Show show) {
		List<Sale> sales = (show.sales() != null) ? show.sales() : List.of();
		long revenue = sales.stream().mapToLong(Sale::price).sum();
		return show.show() + "," + show.seats() + "," + show.sold() + "," + revenue;
	}

}
