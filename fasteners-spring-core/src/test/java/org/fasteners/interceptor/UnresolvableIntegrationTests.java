package org.fasteners.interceptor;

import java.nio.file.Path;
import java.util.List;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.InterProcessWriteLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What annotations say is understood when the application starts, or it does not start.
 */
@Timeout(60)
class UnresolvableIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void pathsThatAreNoneAreRefusedAllAtOnce(@TempDir Path directory) {
		this.context.registerBean(LockRegistry.class, () -> LockRegistries.builder().lockDirectory(directory).build());
		List<Finding> findings = refusedBy(WithoutRegistry.class, IllegalPaths.class);
		assertThat(findings).extracting(Finding::place)
			.containsExactlyInAnyOrder("IllegalPaths.empty()", "IllegalPaths.blank()", "IllegalPaths.outside()",
					"IllegalPaths.hidden()", "IllegalPaths.absolute()", "IllegalPaths.emptyPlaceholder()");
		assertThat(findings)
			.allSatisfy((finding) -> assertThat(finding.cause()).startsWith("its lock annotation cannot be resolved: ")
				.contains("cannot be used as an inter-process lock"));
	}

	@Test
	void anEmptyPlaceholderIsNoNameForALock() {
		assertThat(refusedBy(Configured.class, EmptyName.class)).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "EmptyName.work()", "must not be empty",
					"Write the name of the lock"));
	}

	@Test
	void aProcessAnnotationWithoutALockDirectoryFailsTheStart() {
		this.context.register(Configured.class, Between.class);
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(this.context::refresh)
			.withMessageContaining("'processes'")
			.withMessageContaining("fasteners.lock-directory");
	}

	@Test
	void aMissingLockDirectoryDoesNotHideWhatElseIsWrong() {
		List<Finding> findings = refusedBy(Configured.class, Between.class, EmptyName.class);
		assertThat(findings).hasSize(2)
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "EmptyName.work()", "must not be empty",
					"Write the name of the lock"))
			.anySatisfy((finding) -> {
				assertThat(finding.cause()).startsWith("it has no lock: ").contains("needs a lock directory");
				assertThat(finding.fix()).contains("fasteners.lock-directory");
			});
	}

	@Test
	void timeoutsThatAreNoneAreRefusedAllAtOnce() {
		List<Finding> findings = refusedBy(Configured.class, IllegalTimeouts.class);
		assertThat(findings).hasSize(4)
			.allSatisfy(
					(finding) -> assertThat(finding.bean()).isEqualTo("unresolvableIntegrationTests.IllegalTimeouts"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "IllegalTimeouts.negative()", "'-5s' is negative",
					"Write '0' for one attempt"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "IllegalTimeouts.withoutUnit()",
					"'5' has no unit: write '5s' for seconds or '5ms'", "Write '5s' for seconds or '5ms'"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "IllegalTimeouts.garbage()",
					"'soon' is not a duration: write it as '5s', '250ms' or 'PT1M30S'",
					"Write it as '5s', '250ms' or 'PT1M30S'"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "IllegalTimeouts.placeholder()",
					"the placeholder in '${not.set}' cannot be resolved", "Set the property"));
	}

	@Test
	void withoutALockRegistryTheStartFails() {
		List<Finding> findings = refusedBy(WithoutRegistry.class, PlainWorker.class);
		assertThat(findings).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "PlainWorker.work()",
					"there is no LockRegistry bean", "Define one with LockRegistries.builder()"));
	}

	@Test
	void withoutALockRegistryAContextWithoutAnnotationsStarts() {
		this.context.register(WithoutRegistry.class, Bystander.class);
		this.context.refresh();
		assertThat(this.context.getBean(Bystander.class)).isNotNull();
	}

	@Test
	void withTwoLockRegistriesTheStartFailsUnlessOneIsPrimary() {
		List<Finding> findings = refusedBy(TwoRegistries.class, PlainWorker.class);
		assertThat(findings).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "PlainWorker.work()",
					"more than one LockRegistry bean", ""));
		try (AnnotationConfigApplicationContext another = new AnnotationConfigApplicationContext(PrimaryRegistry.class,
				PlainWorker.class)) {
			LockRegistry primary = another.getBean(LockRegistry.class);
			another.getBean(PlainWorker.class)
				.work(() -> assertThat(primary.lock("work").isHeldByCurrentOwner()).isTrue());
		}
	}

	private List<Finding> refusedBy(Class<?>... classes) {
		this.context.register(classes);
		return Refusal.of(this.context).findings();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class WithoutRegistry {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class TwoRegistries {

		@Bean
		LockRegistry one() {
			return LockRegistries.builder().build();
		}

		@Bean
		LockRegistry two() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class PrimaryRegistry {

		@Bean
		LockRegistry one() {
			return LockRegistries.builder().build();
		}

		@Bean
		@Primary
		LockRegistry two() {
			return LockRegistries.builder().build();
		}

	}

	static class Bystander {

	}

	static class PlainWorker {

		@Locked("work")
		void work(Runnable body) {
			body.run();
		}

	}

	static class Between {

		@InterProcessLocked("processes")
		void work() {
		}

	}

	static class IllegalPaths {

		@InterProcessLocked("")
		void empty() {
		}

		@InterProcessReadLocked(" ")
		void blank() {
		}

		@InterProcessWriteLocked("../outside")
		void outside() {
		}

		@InterProcessLocked(".hidden")
		void hidden() {
		}

		@InterProcessLocked("/absolute")
		void absolute() {
		}

		@InterProcessLocked("${not.set:}")
		void emptyPlaceholder() {
		}

		@InterProcessLocked("legal/path")
		void legal() {
		}

	}

	static class EmptyName {

		@Locked("${not.set:}")
		void work() {
		}

	}

	static class IllegalTimeouts {

		@Locked(value = "a", timeout = "-5s")
		void negative() {
		}

		@Locked(value = "a", timeout = "5")
		void withoutUnit() {
		}

		@Locked(timeout = "soon")
		void garbage() {
		}

		@ReadLocked(value = "a", timeout = "${not.set}")
		void placeholder() {
		}

	}

}
