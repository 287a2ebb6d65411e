package org.fasteners.sample;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;

import org.springframework.stereotype.Component;

/**
 * The prices at this counter. They are in the memory of the process, so a lock between
 * its threads is sufficient: many threads may read at the same time, and one thread
 * writes alone. The methods share a lock because none of them names one: the default is
 * the lock of the bean.
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
