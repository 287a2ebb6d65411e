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
 * A file that says how all shows sell. For the web application alone, because it injects
 * the {@link LockRegistry}: that is absent if {@code fasteners.enabled} is {@code false},
 * as it is for some processes of {@code prove}.
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
	 * Write the report. One counter at a time does it; a timeout of zero means that the
	 * others do not wait for their turn but are told at once, by an exception.
	 */
	@InterProcessLocked(value = LOCK, timeout = "0")
	public void write() throws IOException {
		Path file = this.properties.dataDirectory().resolve("report.csv");
		Files.write(file, lines());
	}

	/**
	 * All shows at the same moment. Each {@link BoxOffice#show(String)} locks by itself,
	 * but between two of them somebody could sell: so the registry's lock of the same
	 * path is held around them all, and they enter it once more.
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
