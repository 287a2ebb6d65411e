package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FileContenderTests {

	private int count;

	@Test
	void eachLabelSelectsItsLock() {
		for (FileContender contender : FileContender.values()) {
			assertThat(FileContender.of(contender.label())).isSameAs(contender);
		}
	}

	@Test
	void anUnknownLabelIsRefusedWithAListOfLabels() {
		assertThatIllegalArgumentException().isThrownBy(() -> FileContender.of("flock"))
			.withMessageContaining("'flock'")
			.withMessageContaining("ours-fair, ours-flock, channel");
	}

	@Test
	void aLockOfAnotherLibraryHasNoRegistry(@TempDir Path directory) {
		assertThatIllegalStateException().isThrownBy(() -> FileContender.CHANNEL.registry(directory));
	}

	@ParameterizedTest
	@EnumSource
	void eachLockExcludesThreads(FileContender contender) throws Exception {
		String[] keys = (contender == FileContender.OURS_FLOCK) ? new String[] { "" } : new String[] { "", "a key" };
		for (String key : keys) {
			try (OpenLock lock = contender.openInNewDirectory(key.isEmpty() ? null : key)) {
				this.count = 0;
				Thread other = new Thread(() -> count(lock.writeLock()));
				other.start();
				count(lock.writeLock());
				other.join();
				assertThat(this.count).isEqualTo(2000);
				PairLoop.run(lock.readLock(), 10);
			}
		}
	}

	private void count(Lock lock) {
		for (int i = 0; i < 1000; i++) {
			lock.lock();
			try {
				this.count++;
			}
			finally {
				lock.unlock();
			}
		}
	}

	@Test
	void theDirectoryIsNewAndIsDeletedWithItsContent(@TempDir Path parent) throws IOException {
		Path path;
		try (BenchmarkDirectory directory = BenchmarkDirectory.in(parent.resolve("on/a/disk").toString())) {
			path = directory.path();
			assertThat(directory.copy("fcntl_loop.c")).isNotEmptyFile().hasParent(path);
		}
		assertThat(path.getParent()).isEqualTo(parent.toRealPath().resolve("on/a/disk"));
		assertThat(path).doesNotExist();
	}

}
