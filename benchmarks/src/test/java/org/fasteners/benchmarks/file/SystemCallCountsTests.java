package org.fasteners.benchmarks.file;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SystemCallCountsTests {

	private final List<String> trace = List.of("11    openat(AT_FDCWD, \"/lib/x\", O_RDONLY) = 3",
			"12    fcntl(5, F_SETLK, {l_type=F_WRLCK}) = 0", "12    write(1, \"begin\\n\", 6) = 6",
			"12    fcntl(5, F_SETLK, {l_type=F_WRLCK} <unfinished ...>",
			"11    openat(AT_FDCWD, \"/sys/x\", O_RDONLY) = 3", "12    <... fcntl resumed>) = 0",
			"12    fcntl(5, F_SETLK, {l_type=F_UNLCK}) = 0", "12    newfstatat(AT_FDCWD, \"/x\", {}, 0) = 0",
			"11    --- SIGSEGV {si_signo=SIGSEGV} ---", "12    write(1, \"end\\n\", 4) = 4",
			"12    fcntl(5, F_SETLK, {l_type=F_WRLCK}) = 0", "12    +++ exited with 0 +++");

	@Test
	void callsOfTheThreadOfTheLoopDuringTheLoopCount() {
		SystemCallCounts counts = SystemCallCounts.between(this.trace);
		assertThat(counts.of("fcntl")).isEqualTo(2);
		assertThat(counts.of("stat", "newfstatat")).isEqualTo(1);
		assertThat(counts.of("openat", "write")).isZero();
	}

	@Test
	void aTraceWithoutTheEndOfTheLoopIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> SystemCallCounts.between(this.trace.subList(0, 9)))
			.withMessage("The trace of 9 lines does not contain a loop");
	}

}
