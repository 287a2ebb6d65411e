package org.fasteners;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The arrows between the packages point one way.
 */
class ArchitectureTests {

	private static final String[] JDK = { "java..", "org.jspecify.." };

	private final JavaClasses library = new ClassFileImporter().withImportOption(new DoNotIncludeTests())
		.importPackages("org.fasteners");

	@Test
	void noPackageIsPartOfACycle() {
		// A pattern that begins with the base package would not see the base package
		// itself.
		check(slices().matching("(**)").should().beFreeOfCycles());
	}

	@Test
	void eachPackageImportsOnlyWhatItMay() {
		imports("org.fasteners");
		imports("org.fasteners.thread", "org.fasteners");
		imports("org.fasteners.process", "org.fasteners", "org.fasteners.thread");
		imports("org.fasteners.process.file", "org.fasteners", "org.fasteners.process", "com.sun.jna",
				"javax.management");
		imports("org.fasteners.registry", "org.fasteners", "org.fasteners.thread", "org.fasteners.process",
				"org.fasteners.process.file");
		imports("org.fasteners.annotation", "org.fasteners");
		imports("org.fasteners.interceptor", "org.fasteners", "org.fasteners.annotation", "org.springframework..",
				"org.aopalliance..");
		imports("org.fasteners.config", "org.fasteners", "org.fasteners.interceptor", "org.springframework..");
	}

	private void imports(String name, String... others) {
		String[] allowed = new String[others.length + JDK.length + 1];
		System.arraycopy(others, 0, allowed, 0, others.length);
		System.arraycopy(JDK, 0, allowed, others.length, JDK.length);
		allowed[allowed.length - 1] = name;
		check(classes().that().resideInAPackage(name).should().onlyDependOnClassesThat().resideInAnyPackage(allowed));
	}

	@Test
	void oneTypeCallsTheOperatingSystem() {
		check(noClasses().that()
			.haveNameNotMatching("org\\.fasteners\\.process\\.file\\.Flock(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.sun.jna.."));
	}

	@Test
	void oneTypeNeedsTheModuleOfManagement() {
		check(noClasses().that()
			.haveNameNotMatching("org\\.fasteners\\.process\\.file\\.JvmTable\\$Anchor")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("javax.management..", "java.lang.management.."));
	}

	@Test
	void timeIsTheMonotonicClock() {
		check(noClasses().should()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.callMethod(java.time.Instant.class, "now"));
	}

	@Test
	void whatIsWiredByOthersHasOnePublicEntry() {
		publicTypes("org.fasteners.interceptor", "LockAdvice|LockValidation");
		publicTypes("org.fasteners.config", "EnableFasteners");
		publicTypes("org.fasteners.registry", "LockRegistries|LockRegistries\\$Builder");
		publicTypes("org.fasteners.thread",
				"LocalLock|Mutex|NamedLocks|ReaderWriterLock|ReaderWriterLock\\$(Builder|Owner)");
		publicTypes("org.fasteners.process.file",
				"FileLockEngine|FileLockSettings|LockDirectoryAccess|LockedFile|LockOption|LockProtocol");
	}

	private void publicTypes(String name, String types) {
		check(classes().that()
			.resideInAPackage(name)
			.and()
			.arePublic()
			.should()
			.haveNameMatching(name.replace(".", "\\.") + "\\.(" + types + ")"));
	}

	private void check(ArchRule rule) {
		rule.check(this.library);
	}

}
