package org.fasteners.sample;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;

import org.springframework.stereotype.Component;

/**
 * The prices at this counter. They live in its memory, so a lock between its threads is
 * enough: many ask for a price at the same time, and one changes it alone. Reader and
 * writer share the lock because they name none, which means the bean's own.
 */
@Component
class PriceList {

	private final Map<String, Integer> prices = new TreeMap<>();

	PriceList(BoxOfficeProperties properties) {
		properties.shows().keySet().forEach((show) -> this.prices.put(show, properties.price()));
	}

	@ReadLocked
	public Map<String, Integer> prices() {
		return new TreeMap<>(this.prices);
	}

	@ReadLocked
	public int price(String show) {
		return Objects.requireNonNull(this.prices.get(show));
	}

	@WriteLocked
	public void change(String show, int price) {
		this.prices.put(show, price);
	}

}
