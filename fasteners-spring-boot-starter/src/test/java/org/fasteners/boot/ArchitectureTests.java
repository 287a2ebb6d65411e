package org.fasteners.boot;

import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;

import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the visibility of the starter's types and for the arrows between packages.
 */
class ArchitectureTests {

	private static final String TESTS = ArchitectureTests.class.getProtectionDomain()
		.getCodeSource()
		.getLocation()
		.getPath();

	/** Without the tests, whether they are in a directory or in a jar. */
	private final JavaClasses library = new ClassFileImporter()
		.withImportOption((location) -> !location.contains(TESTS))
		.importPackages("org.fasteners");

	@Test
	void theLibraryWasFound() {
		assertThat(this.library.contain(FastenersAutoConfiguration.class)).isTrue();
		assertThat(this.library.contain("org.fasteners.LockRegistry")).isTrue();
		assertThat(this.library.contain(ArchitectureTests.class)).isFalse();
	}

	@Test
	void autoConfigurationsAreFinalAndHaveNoPublicMembers() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.check(this.library);
		codeUnits().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic()
			.andShould()
			.notBeProtected()
			.check(this.library);
	}

	@Test
	void allOtherTypesOfTheStarterButItsEventAreNotPublic() {
		classes().that()
			.resideInAPackage("org.fasteners.boot..")
			.and()
			.areNotAnnotatedWith(AutoConfiguration.class)
			.and()
			.doNotHaveSimpleName("LockStolenEvent")
			.should()
			.notBePublic()
			.check(this.library);
	}

	@Test
	void allAutoConfigurationsAreListed() {
		List<String> listed = ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
			.getCandidates();
		assertThat(listed).containsAll(
				this.library.that(annotatedWith(AutoConfiguration.class)).stream().map(JavaClass::getName).toList());
	}

	@Test
	void nothingDependsOnTheStarter() {
		noClasses().that()
			.resideOutsideOfPackage("org.fasteners.boot..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.fasteners.boot..")
			.check(this.library);
	}

}
