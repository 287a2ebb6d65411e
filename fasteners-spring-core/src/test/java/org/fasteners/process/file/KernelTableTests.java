package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.fasteners.LockState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link KernelTable}: how often it is read, how far, and what follows from what it does
 * not show. The tables are files of the test.
 */
@Timeout(60)
class KernelTableTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path source;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	private final AtomicLong time = new AtomicLong();

	@BeforeEach
	void create() throws IOException {
		this.source = this.directory.resolve("locks");
		this.file = Files.createFile(this.directory.resolve("file"));
		Files.writeString(this.source, "");
	}

	/** A table that takes some time to read: each look at the clock takes as long. */
	private KernelTable table(long cost) {
		return new KernelTable(this.source, () -> this.time.addAndGet(cost), KernelTable.MOST_BYTES);
	}

	private KernelTable table(int mostBytes) {
		return new KernelTable(this.source, System::nanoTime, mostBytes);
	}

	private String line(long pid) throws IOException {
		return String.format(Locale.ROOT, "1: POSIX  ADVISORY  WRITE %d 08:01:%s 0 2\n", pid,
				Files.getAttribute(this.file, "unix:ino"));
	}

	private LockState shown(KernelTable table) {
		return KernelLocks.shown(table, this.file, LockProtocol.FCNTL, (entry) -> true);
	}

	@Test
	void aCheapTableIsReadAtEachRequest() {
		KernelTable table = table(KernelTable.CHEAP / 2);
		Set<KernelTable.Reading> readings = new HashSet<>();
		for (int i = 0; i < 1_000; i++) {
			readings.add(table.read());
		}
		assertThat(readings).hasSize(1_000);
		assertThat(table.pause()).isEqualTo(KernelTable.PART * KernelTable.CHEAP / 2);
	}

	@Test
	void aDearTableIsReadForOnePercentOfTheTime() {
		long cost = TimeUnit.MILLISECONDS.toNanos(50);
		KernelTable table = table(cost);
		Set<KernelTable.Reading> readings = new HashSet<>();
		for (int i = 0; i < 10_000; i++) {
			readings.add(table.read());
		}
		long most = (KernelTable.RESERVE + this.time.get() / KernelTable.PART) / cost;
		// the first four are taken for cheap
		assertThat((long) readings.size()).isBetween(most / 2, most + 5);
	}

	@Test
	void threadsThatAskAtTheSameTimeShareAReading() {
		AtomicLong now = new AtomicLong();
		// asked at 1 and 2, before the mutex was free: the reading began at 3
		long[] times = { 0, 1, 3, 3, 4, 2 };
		LongSupplier clock = () -> times[(int) Math.min(times.length - 1, now.getAndIncrement())];
		KernelTable table = new KernelTable(this.source, clock, KernelTable.MOST_BYTES);
		KernelTable.Reading first = table.read();
		now.set(times.length);
		assertThat(table.read()).isSameAs(first);
	}

	@Test
	void whatIsThereIsFound() throws IOException {
		long me = ProcessHandle.current().pid();
		Files.writeString(this.source, line(me + 1) + "nonsense\n" + line(me));
		assertThat(shown(table(KernelTable.MOST_BYTES))).isEqualTo(LockState.HELD);
	}

	@Test
	void whatAWholeTableDoesNotShowIsNotThere() throws IOException {
		assertThat(shown(table(KernelTable.MOST_BYTES))).isEqualTo(LockState.LOST);
		Files.writeString(this.source, line(ProcessHandle.current().pid() + 1));
		assertThat(shown(table(KernelTable.MOST_BYTES))).isEqualTo(LockState.LOST);
	}

	@Test
	void whatATableThatWasCutOffDoesNotShowIsNotKnown() throws IOException {
		long me = ProcessHandle.current().pid();
		Files.writeString(this.source, line(me + 1).repeat(100) + line(me));
		int size = (int) Files.size(this.source);
		assertThat(shown(table(size))).isEqualTo(LockState.HELD);
		assertThat(shown(table(size - 1))).isEqualTo(LockState.UNKNOWN);
		assertThat(shown(table(10))).isEqualTo(LockState.UNKNOWN);
	}

	@Test
	void whatAnOldTableDoesNotShowIsNotKnown() throws IOException {
		KernelTable table = table(2 * KernelTable.RESERVE);
		for (int i = 0; i < 4; i++) {
			assertThat(table.read()).isNotNull();
		}
		Files.writeString(this.source, line(ProcessHandle.current().pid()));
		assertThat(shown(table)).isEqualTo(LockState.UNKNOWN);
	}

	@Test
	void withoutATableNothingIsKnown() throws IOException {
		Files.delete(this.source);
		assertThat(shown(table(KernelTable.MOST_BYTES))).isEqualTo(LockState.UNKNOWN);
	}

}
