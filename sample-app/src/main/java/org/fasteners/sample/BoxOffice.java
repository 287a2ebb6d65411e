package org.fasteners.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.InterProcessWriteLocked;

import org.springframework.stereotype.Service;

/**
 * Stores the sold seats of each show in a file that all counters share.
 * <p>
 * A sale reads the file, adds its lines and writes the whole file back. Two counters that
 * did so at the same time would both sell the next seat, and one would overwrite the line
 * of the other. Only the lock {@code shows} prevents that. It is one lock for all shows.
 * It applies to calls through the Spring bean, but not to {@code this.sell()}.
 */
@Service
class BoxOffice {

	private final BoxOfficeProperties properties;

	private final Path directory;

	BoxOffice(BoxOfficeProperties properties) throws IOException {
		this.properties = properties;
		this.directory = Files.createDirectories(properties.dataDirectory().resolve("shows"));
	}

	@InterProcessReadLocked("shows")
	public List<Show> shows() throws IOException {
		List<Show> shows = new ArrayList<>();
		for (String show : this.properties.shows().keySet()) {
			shows.add(new Show(show, seats(show), read(show).size(), null));
		}
		return shows;
	}

	@InterProcessReadLocked("shows")
	public Show show(String show) throws IOException {
		List<Sale> sales = read(show);
		return new Show(show, seats(show), sales.size(), sales);
	}

	/**
	 * Sell the next seats of a show.
	 * @return the seats; empty if fewer seats than requested are left
	 */
	@InterProcessWriteLocked(value = "shows", timeout = "${box-office.sale-timeout}")
	public List<Integer> sell(String show, int seats, int price) throws IOException {
		List<Sale> sales = read(show);
		int sold = sales.size();
		if (seats > seats(show) - sold) {
			return List.of();
		}
		List<Integer> next = IntStream.rangeClosed(sold + 1, sold + seats).boxed().toList();
		next.forEach((seat) -> sales.add(new Sale(seat, price, ProcessHandle.current().pid())));
		write(show, sales);
		return next;
	}

	private int seats(String show) {
		Integer seats = this.properties.shows().get(show);
		if (seats == null) {
			throw new IllegalArgumentException(String.format(Locale.ROOT, "There is no show '%s'", show));
		}
		return seats;
	}

	private List<Sale> read(String show) throws IOException {
		List<Sale> sales = new ArrayList<>();
		if (Files.exists(file(show))) {
			Files.readAllLines(file(show)).forEach((line) -> sales.add(Sale.parse(line)));
		}
		return sales;
	}

	/**
	 * A lock excludes other processes but does not roll back. The file is therefore
	 * replaced atomically: if this counter dies here, the old file stays, and never half
	 * of a new one.
	 */
	private void write(String show, List<Sale> sales) throws IOException {
		Path file = Files.createTempFile(this.directory, show, ".tmp");
		Files.write(file, sales.stream().map(Sale::line).toList());
		Files.move(file, file(show), StandardCopyOption.ATOMIC_MOVE);
	}

	private Path file(String show) {
		return this.directory.resolve(show + ".csv");
	}

}
