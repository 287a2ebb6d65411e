package org.fasteners.process.file;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Program}.
 */
class ProgramTests {

	private static final String JAVA = "/usr/lib/jvm/17/bin/java";

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			-Xmx1g -Dsecret=x -jar /opt/app/box-office.jar --token=s3cret | java -jar box-office.jar
			-jar -Dpassword=s3cret app.jar s3cret                         | java -jar app.jar
			-jar app-1.0+b2.war                                           | java -jar app-1.0+b2.war
			-cp /s3cret/path --add-opens a/b=c com.acme.Main s3cret       | java com.acme.Main
			-classpath a:b com.acme.Main$Inner s3cret                     | java com.acme.Main$Inner
			--class-path s3cret --add-modules s3cret Main                 | java Main
			--add-opens=a/b=s3cret -ea:s3cret -esa -verbose:gc Main       | java Main
			-javaagent:agent.jar=key=s3cret -agentlib:s3cret Main         | java Main
			-p s3cret --enable-native-access s3cret -m mod/com.acme.Main s3cret | java mod/com.acme.Main
			--module-path s3cret --module=mod/com.acme.Main s3cret        | java mod/com.acme.Main
			-m mod s3cret                                                 | java mod
			--enable-preview -XX:+UseSerialGC -showversion Main s3cret    | java Main
			-XX:OnError=s3cret Main                                       | java Main
			""")
	void aJvmIsItsJarOrMainClassAndNoOtherArgument(String arguments, String description) {
		assertThat(java(arguments)).isEqualTo(description).doesNotContain("s3cret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "@args.txt --token s3cret", "@args.txt s3cret", "-cp @args.txt s3cret",
			"-Xmx1g @args.txt s3cret", "-jar @args.txt s3cret", "-jar @s3cret.jar", "-m @args.txt s3cret",
			"--disable-@files @s3cret", "--an-option-of-a-later-java s3cret Main", "-an-option-of-another-java s3cret",
			"--source 17 s3cret", "--source=17 s3cret", "-d s3cret", "--describe-module s3cret", "-jar", "-m", "-cp",
			"-cp s3cret", "", "-jar https://host/s3cret", "-jar x.jar?s3cret", "/home/s3cret", "s3cret=1",
			"-version:s3cret", "--module=s3cret=1", "-m s3cret/a/b", "s3cret:x", "-", "--" })
	void whereTheMainClassIsNotCertainNothingIsShown(String arguments) {
		assertThat(java(arguments)).isEqualTo("java");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/usr/bin/python3.11  | -c import s3cret                    | python3.11
			/usr/bin/python3.11  | job.py --password=s3cret            | python3.11
			/usr/bin/dash        | -c deploy --token s3cret            | dash
			/usr/bin/bash        | s3cret.sh                           | bash
			/opt/app/box-office  | -jar s3cret.jar                     | box-office
			/opt/java/app        | com.acme.S3cret                     | app
			kworker/0:1          | s3cret                              | 0:1
			node                 | -jar s3cret                         | node
			""")
	void anyOtherProgramIsTheNameOfItsExecutable(String executable, String arguments, String description) {
		assertThat(Program.describe(executable, arguments.split(" ", -1))).isEqualTo(description);
	}

	@Test
	void aNameCannotWriteALineOfItsOwnIntoALog() {
		assertThat(Program.describe("/tmp/x\nERROR all is lost")).isEqualTo("x?ERROR?all?is?lost");
		assertThat(Program.describe("/tmp/" + "x".repeat(200))).isEqualTo("x".repeat(80) + "...");
		assertThat(Program.describe(JAVA, "Main\nERROR")).isEqualTo("java");
		assertThat(Program.describe(JAVA, "Main\u202eERROR")).isEqualTo("java");
		assertThat(Program.describe(JAVA, "-jar", "a\u001b[31m.jar")).isEqualTo("java");
	}

	@Test
	void aProcessThatDoesNotExistRunsNothing() {
		assertThat(Program.of(Long.MAX_VALUE)).isNull();
	}

	private static String java(String arguments) {
		return Program.describe(JAVA, arguments.split(" +", -1));
	}

}
