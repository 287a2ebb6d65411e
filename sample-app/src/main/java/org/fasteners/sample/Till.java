package org.fasteners.sample;

import org.fasteners.annotation.Locked;

import org.springframework.stereotype.Component;

/**
 * What this counter has taken since it was opened; one thread at a time.
 */
@Component
class Till {

	private long revenue;

	@Locked
	public void add(long amount) {
		this.revenue += amount;
	}

	@Locked
	public long revenue() {
		return this.revenue;
	}

}
