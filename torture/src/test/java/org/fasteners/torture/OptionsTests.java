package org.fasteners.torture;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OptionsTests {

	@Test
	void allOptionsAreParsed() throws Exception {
		Options options = Options.parse("--processes", "9", "--python", "3", "--seconds", "5", "--kill-every", "2s",
				"--stop-every", "0", "--seed", "-7", "--java", "/a", "--java", "/b", "--sabotage", "no-lock");
		assertThat(options).isEqualTo(new Options(9, 3, 5, Duration.ofSeconds(2), Duration.ZERO, -7,
				List.of(Path.of("/a"), Path.of("/b")), PlantedBug.NO_LOCK, List.of()));
	}

	@Test
	void withoutOptionsThereIsARunOfAMinute() throws Exception {
		Options options = Options.parse();
		assertThat(options.processes()).isEqualTo(8);
		assertThat(options.seconds()).isEqualTo(60);
		assertThat(options.killEvery()).isEqualTo(Duration.ofMillis(100));
		assertThat(options.javaHomes()).contains(Path.of(System.getProperty("java.home")));
		assertThat(options.plantedBug()).isEqualTo(PlantedBug.NONE);
	}

	@Test
	void aNewSeedIsChosenEachTime() throws Exception {
		assertThat(Options.parse().seed()).isNotEqualTo(Options.parse().seed());
	}

	@Test
	void aReportHasTheOptionsToRepeatTheRun() throws Exception {
		Options options = Options.parse("--seed", "42", "--kill-every", "2s", "--sabotage", "no-lock");
		assertThat(Options.parse(options.replay().split(" ", -1))).isEqualTo(options);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					--frobnicate       | Unknown option '--frobnicate'
					--seconds          | --seconds requires a value
					--processes 0      | --processes must be a number from 1 to 500, not '0'
					--processes many   | --processes must be a number from 1 to 500, not 'many'
					--seconds -1       | --seconds must be a number from 1 to 1000000, not '-1'
					--kill-every 100   | --kill-every must be a time as 100ms or 2s, or 0, not '100'
					--stop-every 1h    | --stop-every must be a time as 100ms or 2s, or 0, not '1h'
					--seed x           | --seed must be a whole number, not 'x'
					--sabotage all     | --sabotage must be none, no-lock or lost-lock, not 'all'
					--minutes 0        | --minutes must be a number from 1 to 10000, not '0'
					--storm rain       | --storm must be all, or some of namespaces,replaced,memory,descriptors,registries,semaphores,key-files,stopped,interrupts, not 'rain'
					""")
	void invalidOptionsAreRefusedWithAMessage(String arguments, String message) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> Options.parse(arguments.split(" ", -1)))
			.withMessage(message);
	}

	@Test
	void stormsAreSelectedByName() throws Exception {
		assertThat(Options.parse("--storm", "memory,namespaces", "--minutes", "20")).satisfies((options) -> {
			assertThat(options.storms()).containsExactly(Storm.NAMESPACES, Storm.MEMORY);
			assertThat(options.seconds()).isEqualTo(1200);
		});
		assertThat(Options.parse("--storm", "all").storms()).containsExactly(Storm.values());
	}

	@Test
	void eachKindOfWorkerNeedsAProcess() throws Exception {
		Options options = Options.parse("--processes", "6");
		List<JavaHome> homes = List.of(new JavaHome(Path.of("/17"), 17), new JavaHome(Path.of("/25"), 25));
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> Kind.perProcess(options, homes))
			.withMessage("--processes must be at least 8, one for each kind of worker: 6 kinds in Java and --python 2");
	}

	@Test
	void moreProcessesThanKindsShareTheKinds() throws Exception {
		Options options = Options.parse("--processes", "13", "--python", "3");
		List<JavaHome> homes = List.of(new JavaHome(Path.of("/17"), 17));
		assertThat(Kind.perProcess(options, homes)).extracting(Kind::name)
			.containsExactly("java-17-path", "java-keyed", "java-readers", "java-upgrader", "java-impatient",
					"java-17-path", "java-keyed", "java-readers", "java-upgrader", "java-impatient", "python-path",
					"python-keyed", "python-path");
	}

	@Test
	void aDirectoryWithoutJavaIsRefused() {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> JavaHome.of(List.of(Path.of("/nowhere"))))
			.withMessage("No executable bin/java in /nowhere");
	}

	@Test
	void aRunThatCannotStartPrintsTheUsage() throws Exception {
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		int status = Torture.run(new String[] { "--processes", "1" }, new PrintStream(new ByteArrayOutputStream()),
				new PrintStream(err, true, StandardCharsets.UTF_8));
		assertThat(status).isEqualTo(2);
		assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("--processes must be at least")
			.contains("Usage: java -jar torture.jar");
	}

}
