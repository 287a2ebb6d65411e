package org.fasteners.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for the lock directory: an application with inter-process locks starts with a
 * safe directory, and otherwise fails with an analysis that says how to fix it.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class LockDirectoryIntegrationTests {

	private static final int OTHER_USER = 4242;

	private static final String SUBDIRECTORY = "; or set fasteners.lock-directory to a subdirectory that does not exist yet, which is then created for this user alone";

	private static final String ELSEWHERE = "; or set fasteners.lock-directory to a directory elsewhere that does not exist yet, which is then created for this user alone";

	private static final String GROUP_OR_ANYONE = "; or if other users are meant to share it, set fasteners.process.access to group or anyone";

	private static final String ANYONE = "; or if other users are meant to share it, set fasteners.process.access to anyone";

	@TempDir
	@SuppressWarnings("NullAway.Init")
	Path temporary;

	@Test
	void itIsRequiredWhereAnInterProcessLockIsUsed(CapturedOutput output) {
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> Start.application(Shows.class))
			.satisfies((ex) -> assertThat(ex.directory()).isNull());
		assertAnalysis(output, "The inter-process lock 'shows' needs a lock directory, and none is set.",
				"Set fasteners.lock-directory to a directory on a local disk that all processes share which are to exclude one another, for instance /var/lib/my-application/locks");
	}

	@Test
	void itIsNotRequiredWhereThreadsAreLockedAlone() {
		try (ConfigurableApplicationContext context = Start.application(Catalog.class)) {
			assertThat(context.getBean(Catalog.class).read()).isEqualTo("read");
		}
	}

	@Test
	void itIsRequiredForALockThatCodeRequests() {
		try (ConfigurableApplicationContext context = Start.application(Catalog.class)) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> registry.interProcessLock("shows"))
				.withMessageContaining("'shows'")
				.withMessageContaining("fasteners.lock-directory");
		}
	}

	@Test
	void anUnusableDirectoryStopsTheStartAlsoIfOnlyCodeRequestsItsLocks(CapturedOutput output) throws IOException {
		Path file = Files.createFile(this.temporary.resolve("file"));
		for (String lazy : List.of("false", "true")) {
			assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> Start.application(Catalog.class,
					"fasteners.lock-directory=" + file, "spring.main.lazy-initialization=" + lazy));
		}
		assertAnalysis(output, String.format(Locale.ROOT, "The lock directory %s is not a directory", file),
				"Set fasteners.lock-directory to a directory");
		Path open = directory("rwxrwxrwx");
		assertThatExceptionOfType(LockDirectoryException.class)
			.isThrownBy(() -> Start.application(Catalog.class, "fasteners.lock-directory=" + open));
		assertThat(open).isEmptyDirectory();
	}

	@Test
	void withValidationWarnTheStartWarnsAndTheFirstLockFails(CapturedOutput output) throws IOException {
		Path open = directory("rwxrwxrwx");
		try (ConfigurableApplicationContext context = Start.application(Catalog.class,
				"fasteners.lock-directory=" + open, "fasteners.validation=warn")) {
			assertThat(linesWith(output, "is writable for all users")).singleElement().asString().contains("WARN");
			LockRegistry registry = context.getBean(LockRegistry.class);
			assertThatExceptionOfType(LockDirectoryException.class)
				.isThrownBy(() -> registry.interProcessLock("shows"));
		}
	}

	@Test
	void itIsNotCheckedIfLocksAreOffOrTheRegistryIsNotOurs() throws IOException {
		Path open = directory("rwxrwxrwx");
		Start.application(Catalog.class, "fasteners.lock-directory=" + open, "fasteners.enabled=false").close();
		Start.application(OwnRegistry.class, "fasteners.lock-directory=" + open).close();
		Start.application(Catalog.class, "fasteners.lock-directory=" + open, "fasteners.validation=off").close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "~/locks", "~other/locks", "'/var/lib/locks'", "\"/var/lib/locks\"", "/var/lib/locks ",
			"file:/var/lib/locks", "classpath:locks" })
	void textThatIsNotAPathIsRefusedWithTheFix(String text, CapturedOutput output) {
		assertThatThrownBy(() -> Start.application(Catalog.class, "fasteners.lock-directory=" + text)).rootCause()
			.isInstanceOf(LockDirectoryException.class);
		assertAnalysis(output, "The lock directory is written as " + text, switch (text.charAt(0)) {
			case '~' -> "or ${user.home} in its place";
			case '\'', '"' -> "Remove the quotes";
			case '/' -> "Remove the blanks";
			default -> "without the prefix";
		});
		assertThat(Path.of(text)).doesNotExist();
	}

	@Test
	void aVariableThatWasNotReplacedCausesOneWarning(CapturedOutput output) throws IOException {
		Path directory = directory("rwx------");
		for (String name : List.of("$NO_SUCH", "${no.such}")) {
			Start.application(Catalog.class, "fasteners.lock-directory=" + directory.resolve(name)).close();
			assertThat(linesWith(output, "contains " + name)).singleElement().asString().contains("WARN");
		}
		assertSells(Path.of(directory.toString(), "plain"));
		assertThat(linesWith(output, "was not replaced")).hasSize(2);
	}

	@Test
	void theHomeDirectoryIsResolvedBySpring() throws IOException {
		Path directory = directory("rwx------");
		try (ConfigurableApplicationContext context = Start.application(Shows.class, "the.home=" + directory,
				"fasteners.lock-directory=${the.home}/locks")) {
			assertThat(context.getBean(Shows.class).sell()).isEqualTo("sold");
		}
		assertThat(directory.resolve("locks/shows")).isEmptyFile();
	}

	/** The property editor of Spring prefers the class path, as it is in an IDE. */
	@Test
	void aRelativeDirectoryStartsAtTheWorkingDirectoryAlsoIfTheClassPathHasOneOfThatName() throws IOException {
		String name = "META-INF";
		assertThat(getClass().getClassLoader().getResource(name)).isNotNull();
		assertThat(Path.of(name)).doesNotExist();
		try (ConfigurableApplicationContext context = Start.application(Shows.class,
				"fasteners.lock-directory=" + name)) {
			context.getBean(Shows.class).sell();
			assertThat(Path.of(name, "shows")).isEmptyFile();
		}
		finally {
			FileSystemUtils.deleteRecursively(Path.of(name));
		}
	}

	@Test
	void emptyTextIsNoDirectory() {
		try (ConfigurableApplicationContext context = Start.application(Catalog.class, "fasteners.lock-directory=")) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> registry.interProcessLock("shows"))
				.withMessageContaining("none is set");
		}
	}

	@Test
	void itIsCreatedForItsUserAloneAndLoggedOnce(CapturedOutput output) throws IOException {
		Path directory = this.temporary.resolve("a/b");
		assertSells(directory);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("shows"))))
			.isEqualTo("rw-------");
		assertThat(linesWith(output, "Inter-process locks are files below " + directory.toRealPath())).singleElement()
			.asString()
			.contains("INFO");
	}

	@Test
	void itMayNotBeAFile(CapturedOutput output) throws IOException {
		Path file = Files.createFile(this.temporary.resolve("file"));
		assertRefused(file, output, String.format(Locale.ROOT, "The lock directory %s is not a directory", file),
				"Set fasteners.lock-directory to a directory, or to a path where one can be created.");
	}

	@Test
	void itCannotBeCreatedBelowAFile(CapturedOutput output) throws IOException {
		Path below = Files.createFile(this.temporary.resolve("file")).resolve("locks");
		assertRefused(below, output, String.format(Locale.ROOT, "The lock directory %s ", below),
				"fasteners.lock-directory to a");
	}

	@Test
	void itMustBeWritable(CapturedOutput output) throws IOException {
		assumeFalse(isRoot(), "root may write everywhere, so nothing is unwritable");
		Path directory = directory("r-x------");
		assertRefused(
				directory, output, String.format(Locale.ROOT,
						"The lock directory %s is not writable for the user of this process", directory),
				"Give that user write permission" + ELSEWHERE);
	}

	@Test
	void itMayNotBelongToAnotherUser(CapturedOutput output) throws IOException {
		assumeTrue(isRoot(), "only root can change the owner of a directory");
		Path directory = directory("rwx------");
		Files.setAttribute(directory, "unix:uid", OTHER_USER);
		assertRefused(directory, output,
				String.format(Locale.ROOT,
						"The lock directory %s is owned by another user (number %s, this process runs as 0)", directory,
						String.valueOf(OTHER_USER)),
				"Run chown 0 " + directory + ELSEWHERE + ANYONE);
	}

	@Test
	void itMayNotBeWritableForAllUsers(CapturedOutput output) throws IOException {
		Path directory = directory("rwxrwxrwx");
		assertRefused(directory, output,
				String.format(Locale.ROOT, "The lock directory %s is writable for all users (mode 0777)", directory),
				"Run chmod o-w " + directory + ELSEWHERE + ANYONE);
	}

	@Test
	void itMayNotBeWritableForItsGroup(CapturedOutput output) throws IOException {
		Path directory = directory("rwxrwx---");
		assertRefused(directory, output,
				String.format(Locale.ROOT, "The lock directory %s is writable for its group (mode 0770)", directory),
				"Run chmod g-w " + directory + SUBDIRECTORY + GROUP_OR_ANYONE);
	}

	@Test
	void itMayNotBeWritableForAllUsersEvenIfAGroupSharesIt(CapturedOutput output) throws IOException {
		Path directory = directory("rwxrwxrwx");
		assertRefused(directory, output,
				String.format(Locale.ROOT, "The lock directory %s is writable for all users (mode 0777)", directory),
				"Run chmod o-w " + directory, "fasteners.process.access=group");
	}

	@Test
	void aGroupMayShareItIfConfigured() throws IOException {
		Path directory = directory("rwxrwx---");
		assertSells(directory, "fasteners.process.access=group");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("shows"))))
			.isEqualTo("rw-rw----");
	}

	@Test
	void allUsersMayShareItIfConfiguredAndTheLogStatesTheRisk(CapturedOutput output) throws IOException {
		Path directory = directory("rwxrwxrwx");
		if (isRoot()) {
			Files.setAttribute(directory, "unix:uid", OTHER_USER);
		}
		assertSells(directory, "fasteners.process.access=anyone");
		assertThat(linesWith(output, "each user who can write to the lock directory")).singleElement()
			.asString()
			.contains("INFO", "0777", "can break its locks");
	}

	@Test
	void aNewSubdirectoryIsAcceptedAndOneInfoNamesTheParentThatItsGroupCanWriteTo(CapturedOutput output)
			throws IOException {
		Path directory = directory("rwxrwx---");
		assertSells(directory.resolve("mine"));
		assertThat(linesWith(output, "that their groups can write to")).singleElement()
			.asString()
			.contains("INFO", directory + " (mode 0770, group 0)", "getfacl");
	}

	@Test
	void itMayNotBeBelowADirectoryThatAllUsersCanWriteTo(CapturedOutput output) throws IOException {
		Path directory = directory("rwxrwxrwx");
		assertRefused(directory.resolve("mine"), output, String.format(Locale.ROOT,
				"The lock directory %s lies below %s, which is writable for all users and not sticky (mode 0777)",
				directory.resolve("mine"), directory),
				String.format(Locale.ROOT, "Run chmod o-w %1$s or chmod +t %1$s", directory) + ELSEWHERE + ANYONE);
	}

	@Test
	void itMayBeASymbolicLink() throws IOException {
		Path directory = directory("rwx------");
		assertSells(Files.createSymbolicLink(this.temporary.resolve("link"), directory));
		assertThat(directory.resolve("shows")).isEmptyFile();
	}

	private static void assertSells(Path directory, String... properties) {
		try (ConfigurableApplicationContext context = Start.application(Shows.class,
				Stream.concat(Stream.of("fasteners.lock-directory=" + directory), Stream.of(properties))
					.toArray(String[]::new))) {
			assertThat(context.getBean(Shows.class).sell()).isEqualTo("sold");
			try (LockHold hold = context.getBean(LockRegistry.class).interProcessLock("shows").acquire()) {
				assertThat(hold).isNotNull();
				assertThat(directory.resolve("shows")).exists();
			}
		}
	}

	private static void assertRefused(Path directory, CapturedOutput output, String description, String action,
			String... properties) {
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> Start.application(Shows.class,
				Stream.concat(Stream.of("fasteners.lock-directory=" + directory), Stream.of(properties))
					.toArray(String[]::new)));
		assertAnalysis(output, description, action);
	}

	private static void assertAnalysis(CapturedOutput output, String description, String action) {
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:", description, "Action:",
				action);
		assertThat(output.getAll()).as("a stack trace").doesNotContain("\tat ");
	}

	private static Stream<String> linesWith(CapturedOutput output, String text) {
		return output.getOut().lines().filter((line) -> line.contains(text));
	}

	private Path directory(String permissions) throws IOException {
		Path directory = Files.createDirectory(this.temporary.resolve("locks"));
		return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions)).toRealPath();
	}

	private boolean isRoot() throws IOException {
		Map<String, Object> attributes = Files.readAttributes(Files.createTempFile(this.temporary, "mine", ""),
				"unix:uid");
		return Integer.valueOf(0).equals(attributes.get("uid"));
	}

	static class Shows {

		@InterProcessLocked("shows")
		String sell() {
			return "sold";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		LockRegistry registry() {
			return LockRegistries.builder().build();
		}

	}

	static class Catalog {

		@Locked("catalog")
		String read() {
			return "read";
		}

	}

}
