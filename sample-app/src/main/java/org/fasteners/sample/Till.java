package org.fasteners.sample;

import org.fasteners.annotation.Locked;

import org.springframework.stereotype.Component;

/**
 * The revenue of this counter since its start. One thread at a time accesses it.
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
