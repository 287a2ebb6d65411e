package org.fasteners.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LockFootprintTests {

	@ParameterizedTest
	@EnumSource
	void aLockHasASizeInEveryState(Contender contender) {
		LockSize size = LockSize.of(contender);
		// the size of every object is a multiple of eight bytes
		assertThat(List.of(size.fresh(), size.written(), size.read(), size.met()))
			.allSatisfy((bytes) -> assertThat(bytes).isPositive().matches((each) -> each % 8 == 0));
	}

	@Test
	void theReportHasARowForEveryLockAndTable() throws InterruptedException {
		String report = LockFootprint.report(10_000);
		for (Contender contender : Contender.values()) {
			assertThat(report).containsPattern("(?m)^\\| " + contender.label() + " \\| \\d+ \\| \\d+ \\| \\d+ \\| ");
		}
		for (NamedLockHeap.Table table : NamedLockHeap.Table.values()) {
			assertThat(report).containsPattern("(?m)^\\| " + table.label() + " \\| \\d+ \\| \\d+ \\|$");
		}
	}

	@Test
	void droppedLocksLeaveTheRegistryAndStayInAMap() throws InterruptedException {
		NamedLockHeap registry = NamedLockHeap.of(NamedLockHeap.Table.REGISTRY, 50_000);
		assertThat(registry.dropped()).isLessThan(registry.inUse() / 4);
		NamedLockHeap map = NamedLockHeap.of(NamedLockHeap.Table.MAP, 50_000);
		assertThat(map.dropped()).isGreaterThan(map.inUse() / 2);
	}

}
