package org.fasteners.process.file;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Program}.
 */
class ProgramTests {

	@Test
	void aProgramIsItsExecutable() {
		assertThat(Program.describe("/usr/bin/python3.11", new String[] { "job.py", "--password=x" }))
			.isEqualTo("python3.11");
	}

	@Test
	void aJvmIsItsJarOrMainClassAndNoOtherArgument() {
		assertThat(java("-Xmx1g", "-Dsecret=x", "-jar", "/opt/app/box-office.jar", "--token=y"))
			.isEqualTo("java -jar box-office.jar");
		assertThat(java("-cp", "/secret/path", "--add-opens", "a/b=c", "com.acme.Main", "password"))
			.isEqualTo("java com.acme.Main");
		assertThat(java("-m", "mod/com.acme.Main", "x")).isEqualTo("java mod/com.acme.Main");
		assertThat(java("@options")).isEqualTo("java");
		assertThat(java("-jar")).isEqualTo("java");
	}

	private static String java(String... arguments) {
		return Program.describe("/usr/lib/jvm/17/bin/java", arguments);
	}

}
