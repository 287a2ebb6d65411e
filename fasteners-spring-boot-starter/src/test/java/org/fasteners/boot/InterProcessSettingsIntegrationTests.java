package org.fasteners.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockStolenException;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests that the settings of inter-process locks reach the locks.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class InterProcessSettingsIntegrationTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	private ConfigurableApplicationContext start(String... settings) {
		String[] all = new String[settings.length + 1];
		System.arraycopy(settings, 0, all, 0, settings.length);
		all[settings.length] = "fasteners.lock-directory=" + this.directory;
		return Start.application(Thefts.class, all);
	}

	@Test
	void thePreferenceAppliesToAllUsersOfTheLockInThisJvm() {
		try (ConfigurableApplicationContext fair = start();
				ConfigurableApplicationContext reader = start("fasteners.process.preference=reader")) {
			LockHold hold = fair.getBean(LockRegistry.class).interProcessLock("shows").acquire();
			assertThatIllegalStateException()
				.isThrownBy(() -> reader.getBean(LockRegistry.class).interProcessLock("shows"))
				.withMessageContaining("FAIR")
				.withMessageContaining("READER");
			hold.close();
		}
	}

	@Test
	void keysAreSpreadOverFiles() {
		try (ConfigurableApplicationContext context = start("fasteners.process.key-files=4")) {
			context.getBean(LockRegistry.class).interProcessLock("shows", "hamlet").acquire().close();
			assertThat(this.directory.resolve("shows.keys-4")).isDirectory();
		}
	}

	@Test
	void filesAreLockedWithFlockIfConfigured() {
		try (ConfigurableApplicationContext context = start("fasteners.process.file.protocol=flock")) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			registry.interProcessLock("shows").acquire().close();
			assertThat(this.directory.resolve(".protocol-flock")).exists();
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> registry.interProcessLock("shows", "hamlet"))
				.withMessageContaining("fasteners.process.file.protocol=fcntl");
		}
	}

	@Test
	void settingsThatFlockDoesNotSupportStopTheStart(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start("fasteners.process.file.protocol=flock", "fasteners.process.preference=writer"));
		assertThat(output).contains("APPLICATION FAILED TO START",
				"With flock(2) processes cannot show each other that they wait, but fasteners.process.preference is set",
				"Remove fasteners.process.preference, or set fasteners.process.file.protocol=fcntl");
		assertThatException()
			.isThrownBy(() -> start("fasteners.process.file.protocol=flock", "fasteners.process.key-files=4"))
			.withStackTraceContaining("fasteners.process.key-files is set");
		assertThatException()
			.isThrownBy(() -> Start.application(Reports.class, "fasteners.lock-directory=" + this.directory,
					"fasteners.process.file.protocol=flock"))
			.withStackTraceContaining("A semaphore at 'reports' needs fasteners.process.file.protocol=fcntl");
	}

	@Test
	void aDirectoryThatOthersUseWithAnotherProtocolStopsTheStart(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start()) {
			context.getBean(LockRegistry.class).interProcessLock("shows");
		}
		assertThatException().isThrownBy(() -> Start.application(Shows.class,
				"fasteners.lock-directory=" + this.directory, "fasteners.process.file.protocol=flock"));
		assertThat(output).contains("APPLICATION FAILED TO START",
				"is used with the protocol fcntl, and this process was to use flock",
				"Set the same fasteners.process.file.protocol for all processes that use the directory");
	}

	@Test
	void aTheftIsPublishedAndThrown() throws Exception {
		try (ConfigurableApplicationContext context = start("fasteners.process.watchdog-interval=10ms")) {
			LockHold hold = context.getBean(LockRegistry.class)
				.interProcessReaderWriterLock("shows")
				.acquire(LockMode.SHARED);
			Files.delete(this.directory.resolve("shows"));
			LockStolenEvent event = context.getBean(Thefts.class).events.poll(60, TimeUnit.SECONDS);
			assertThat(event).isNotNull().satisfies((theft) -> assertThat(theft.lockName()).isEqualTo("shows"));
			assertThatExceptionOfType(LockStolenException.class).isThrownBy(hold::close);
		}
	}

	@Test
	void pausesOutOfRangeStopTheStart() {
		assertThatException().isThrownBy(() -> start("fasteners.process.pause.first=0"))
			.withStackTraceContaining("fasteners.process.pause.first: it is 0s, but must be more than zero");
		assertThatException().isThrownBy(() -> start("fasteners.process.pause.longest=1ns"))
			.withStackTraceContaining(
					"fasteners.process.pause.first: it is 0.00002s, but must not be longer than fasteners.process.pause.longest");
	}

	static class Shows {

		@InterProcessLocked("shows")
		void sell() {
		}

	}

	static class Reports {

		@InterProcessLimited(value = "reports", permits = 3)
		void print() {
		}

	}

	/**
	 * Collects the published events.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Thefts {

		private final BlockingQueue<LockStolenEvent> events = new LinkedBlockingQueue<>();

		@EventListener
		void add(LockStolenEvent event) {
			this.events.add(event);
		}

	}

}
