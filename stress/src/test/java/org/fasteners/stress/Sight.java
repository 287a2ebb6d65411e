package org.fasteners.stress;

import org.jspecify.annotations.Nullable;

/**
 * The result of an attempt. A refused attempt equals any other result, because it might
 * have had that result. Not a record, because Lincheck cannot access the fields of
 * records.
 */
final class Sight {

	static final Sight REFUSED = new Sight(-1);

	private final int value;

	Sight(int value) {
		this.value = value;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Sight sight
				&& (this.value == sight.value || this.value == REFUSED.value || sight.value == REFUSED.value);
	}

	@Override
	public int hashCode() {
		return 0;
	}

	@Override
	public String toString() {
		return (this.value == REFUSED.value) ? "refused" : String.valueOf(this.value);
	}

}
