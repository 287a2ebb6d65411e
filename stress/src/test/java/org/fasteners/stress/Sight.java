package org.fasteners.stress;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt has seen. A refused one equals any other: it might have seen that. Not
 * a record, into whose fields Lincheck cannot look.
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
