package org.fasteners.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.fasteners.LockHolder;
import org.fasteners.LockTimeoutException;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The HTTP interface of a counter. It contains no locking, except for the response to a
 * lock that was not acquired in time.
 */
@RestController
@RequestMapping("/api")
@ConditionalOnWebApplication
class BoxOfficeController {

	private final BoxOffice boxOffice;

	private final PriceList priceList;

	private final Till till;

	private final Report report;

	private final BoxOfficeProperties properties;

	BoxOfficeController(BoxOffice boxOffice, PriceList priceList, Till till, Report report,
			BoxOfficeProperties properties) {
		this.boxOffice = boxOffice;
		this.priceList = priceList;
		this.till = till;
		this.report = report;
		this.properties = properties;
	}

	@GetMapping("/shows")
	List<Show> shows() throws IOException {
		return this.boxOffice.shows();
	}

	@GetMapping("/shows/{show}")
	Show show(@PathVariable String show) throws IOException {
		check(show);
		return this.boxOffice.show(show);
	}

	@PostMapping("/shows/{show}/sales")
	@ResponseStatus(HttpStatus.CREATED)
	Map<String, List<Integer>> sell(@PathVariable String show, @RequestBody Map<String, Integer> order)
			throws IOException {
		check(show);
		int wanted = positive(order, "seats");
		int price = this.priceList.price(show);
		List<Integer> seats = this.boxOffice.sell(show, wanted, price);
		if (seats.isEmpty()) {
			throw new ResponseStatusException(HttpStatus.CONFLICT,
					String.format(Locale.ROOT, "Fewer than %d seats of '%s' are left", wanted, show));
		}
		this.till.add((long) price * seats.size());
		return Map.of("seats", seats);
	}

	@GetMapping("/prices")
	Map<String, Integer> prices() {
		return this.priceList.prices();
	}

	@PutMapping("/prices/{show}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void changePrice(@PathVariable String show, @RequestBody Map<String, Integer> change) {
		check(show);
		this.priceList.change(show, positive(change, "price"));
	}

	@GetMapping("/till")
	Map<String, Long> till() {
		return Map.of("revenue", this.till.revenue());
	}

	@PostMapping("/report")
	Map<String, Boolean> report() throws IOException {
		try {
			this.report.write();
			return Map.of("written", true);
		}
		catch (LockTimeoutException ex) {
			if (!ex.lockName().equals(Report.LOCK)) {
				throw ex; // the lock of the shows, not the report of another counter
			}
			return Map.of("written", false);
		}
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> busy(LockTimeoutException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				"The box office is busy, please try again");
		problem.setProperty("lock", ex.lockName());
		problem.setProperty("waited", Duration.ofMillis(ex.waited().toMillis()).toString());
		problem.setProperty("holder", holder(ex));
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).header(HttpHeaders.RETRY_AFTER, "1").body(problem);
	}

	/**
	 * The holders of the lock, by process ID and program. Suitable for this sample; a
	 * public service should log them rather than disclose them.
	 */
	private static String holder(LockTimeoutException ex) {
		if (ex.holders().isEmpty()) {
			return "unknown";
		}
		return ex.holders().stream().map(LockHolder::description).collect(Collectors.joining(", "));
	}

	private void check(String show) {
		if (!BoxOfficeProperties.isShowName(show)) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"The name of a show consists of a-z, 0-9 and single dashes");
		}
		if (!this.properties.shows().containsKey(show)) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND,
					String.format(Locale.ROOT, "There is no show '%s'", show));
		}
	}

	private static int positive(Map<String, Integer> body, String name) {
		Integer value = body.get(name);
		if (value == null || value < 1) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					String.format(Locale.ROOT, "'%s' must be a whole number above zero", name));
		}
		return value;
	}

}
