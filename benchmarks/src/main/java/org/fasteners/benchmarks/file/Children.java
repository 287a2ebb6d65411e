package org.fasteners.benchmarks.file;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Processes that end together.
 */
final class Children implements AutoCloseable, Iterable<Child> {

	private final List<Child> all = new ArrayList<>();

	void add(Child child) {
		this.all.add(child);
	}

	@Override
	public Iterator<Child> iterator() {
		return this.all.iterator();
	}

	@Override
	public void close() throws InterruptedException {
		for (Child child : this.all) {
			child.close();
		}
	}

}
