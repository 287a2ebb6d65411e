package org.fasteners.thread;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.fasteners.LockMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * As {@link DeepStackTests}, in a JVM that has just started, where the acquisition may be
 * compiled already while the first release at the end of the stack is interpreted, and
 * where a compiler knows nothing but calls that demand little stack.
 */
@Timeout(120)
class DeepStackProcessTests {

	private static final int JVMS = 3;

	private static final int ROUNDS = 15;

	@ParameterizedTest
	@CsvSource({ "SHARED, -XX:+TieredCompilation", "UPDATE, -XX:+TieredCompilation",
			"EXCLUSIVE, -XX:+TieredCompilation", "SHARED, -XX:-TieredCompilation", "SHARED, -XX:TieredStopAtLevel=1",
			"SHARED, -Xint" })
	void aLockThatIsEnteredUntilTheStackEndsIsFreeAfterwards(LockMode mode, String compiler) throws Exception {
		for (int i = 0; i < JVMS; i++) {
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xshare:auto", compiler, "-cp", System.getProperty("java.class.path"),
					DeepStackProcessTests.class.getName(), mode.name())
				.redirectErrorStream(true)
				.start();
			try {
				process.getOutputStream().close();
				String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
				assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
				assertThat(output.strip()).isEqualTo("free");
			}
			finally {
				process.destroyForcibly();
			}
		}
	}

	public static void main(String[] arguments) throws InterruptedException {
		ReaderWriterLock lock = new ReaderWriterLock("deep");
		Lock side = lock.side(LockMode.valueOf(arguments[0]));
		for (int round = 0; round < ROUNDS && lock.owner() == ReaderWriterLock.Owner.NONE; round++) {
			DeepStackTests.dive(round, () -> DeepStackTests.enter(side));
		}
		System.out.println((lock.owner() == ReaderWriterLock.Owner.NONE) ? "free" : lock.toString());
	}

}
