package org.fasteners.torture;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KernelTableTests {

	private static final String LINES = """
			1: POSIX  ADVISORY  WRITE 2371 08:01:1311 0 2
			1: -> POSIX  ADVISORY  WRITE 2372 08:01:1311 0 2
			2: FLOCK  ADVISORY  WRITE 2373 08:01:1311 0 EOF
			3: POSIX  ADVISORY  READ  2374 08:01:1311 4 4
			4: POSIX  ADVISORY  READ  2375 08:01:1312 0 EOF
			5: POSIX  ADVISORY  READ  2376 00:2b:1311 0 EOF
			""";

	private final List<KernelLock> locks = new KernelTable(1311).parse(LINES);

	@Test
	void theRecordLocksOfTheFileAreRead() {
		assertThat(this.locks).containsExactly(new KernelLock(2371, 1311, true, 0, 2),
				new KernelLock(2374, 1311, false, 4, 4), new KernelLock(2376, 1311, false, 0, Long.MAX_VALUE));
	}

	@Test
	void locksConflictIfTheyOverlapAndOneIsExclusive() {
		KernelLock writer = this.locks.get(0);
		KernelLock turnstile = this.locks.get(1);
		KernelLock whole = this.locks.get(2);
		assertThat(writer.conflictsWith(whole)).isTrue();
		assertThat(whole.conflictsWith(writer)).isTrue();
		assertThat(writer.conflictsWith(turnstile)).isFalse();
		assertThat(turnstile.conflictsWith(whole)).isFalse();
		assertThat(writer.conflictsWith(writer)).isFalse();
	}

	@Test
	void aSharedLockCoversNoWriter() {
		KernelLock whole = this.locks.get(2);
		assertThat(whole.covers(2, false)).isTrue();
		assertThat(whole.covers(2, true)).isFalse();
		assertThat(this.locks.get(0).covers(2, true)).isTrue();
		assertThat(this.locks.get(0).covers(3, true)).isFalse();
	}

}
