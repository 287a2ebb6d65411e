package org.fasteners.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import kotlin.Metadata;
import org.fasteners.LockContext;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.Release;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the checks at start-up find, and what follows from it.
 */
@Timeout(60)
class ValidationIntegrationTests {

	@Test
	void byDefaultTheApplicationDoesNotStart() {
		assertThat(refused(Configured.class, Wrong.class)).extracting(Finding::place).containsExactly("Wrong.sealed()");
	}

	@Test
	void withWarningsItStartsAndSaysAllThatItWouldHaveFailedWith() {
		try (LogMessages log = new LogMessages();
				AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Warning.class,
						Wrong.class)) {
			assertThat(log.list()).hasSize(2)
				.allMatch((message) -> message.startsWith("WARNING Bean 'validationIntegrationTests.Wrong', "))
				.anyMatch((message) -> message
					.contains("Wrong.sealed(): @Locked(\"sealed\") cannot lock a method that is final"))
				.anyMatch((message) -> message.contains("Wrong.unknown(): its lock annotation cannot be resolved"));
			Wrong bean = context.getBean(Wrong.class);
			assertThat(bean.right()).as("locks").isEqualTo(1);
			assertThat(bean.sealed()).as("locks of what cannot be intercepted").isZero();
			assertThatIllegalArgumentException().as("what cannot be understood").isThrownBy(bean::unknown);
		}
	}

	@Test
	void withWarningsAMissingLockDirectoryFailsTheCall() {
		try (LogMessages log = new LogMessages();
				AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Warning.class,
						Files.class)) {
			assertThat(log.list()).singleElement().asString().contains("Files.write()", "fasteners.lock-directory");
			assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(context.getBean(Files.class)::write);
		}
	}

	@Test
	void switchedOffNobodyLooks() {
		try (LogMessages log = new LogMessages();
				AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Off.class,
						Wrong.class)) {
			assertThat(log.list()).isEmpty();
			assertThat(context.getBean(Wrong.class).right()).isEqualTo(1);
		}
	}

	@Test
	void aCallbackThatTheContainerCallsOnTheObjectIsRefused() {
		assertThat(refused(Configured.class, Callbacks.class, Named.class))
			.allSatisfy((finding) -> Refusal.assertFinding(finding, finding.place(),
					"cannot lock a life-cycle callback", "LockRegistry"))
			.extracting(Finding::place)
			.containsExactlyInAnyOrder("Callbacks.init()", "Callbacks.stop()", "Callbacks.afterPropertiesSet()",
					"ByName.open()", "ByName.shut()");
	}

	@Test
	void anAnnotationOfOnesOwnHasToSayWhatItsAttributesMean() {
		assertThat(refused(Configured.class, Composed.class)).hasSize(2)
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "Composed.byConvention()",
					"the attribute 'timeout' of @ByConvention has no effect on its @Locked(\"own\")",
					"@AliasFor(annotation = Locked.class)"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "Composed.unnamed()",
					"the attribute 'value' of @Unnamed has no effect on its @Locked", "@AliasFor"));
	}

	@Test
	void aFinalClassOfKotlinIsToldTheCompilerPlugin() {
		LockChecks checks = new LockChecks(new LockDeclarations());
		assertThat(Modifier.isFinal(OfKotlin.class.getModifiers())).isTrue();
		assertThat(checks.findings("bean", OfKotlin.class, false, getClass().getClassLoader())).hasSize(2)
			.allSatisfy((finding) -> assertThat(finding.fix()).contains("Kotlin compiler plugin 'spring'"));
	}

	@Test
	void aPackagePrivateMethodOfAnotherClassLoaderIsRefused() {
		LockChecks checks = new LockChecks(new LockDeclarations());
		assertThat(checks.findings("bean", Wrong.class, false, ClassLoader.getPlatformClassLoader()))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "Wrong.right()",
					"package-private in another class loader", "public"));
	}

	@Test
	void namesThatTurnOutToBeTheSameContradictOneAnother() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("test", Map.of("one", "same", "two", "same")));
			context.register(Configured.class, Placeholders.class);
			assertThat(Refusal.of(context).findings()).singleElement()
				.satisfies((finding) -> Refusal.assertFinding(finding, "Placeholders.work()",
						"@Locked(\"same\") and @ReadLocked(\"same\") mean the same lock, and lock it for reading and for writing",
						"Keep the one that is meant"));
		}
	}

	@Test
	void aTransactionThatBeginsOutsideOfTheLockIsMentioned() {
		try (LogMessages log = new LogMessages();
				AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Configured.class,
						Transactions.class, Teller.class)) {
			assertThat(context.isActive()).isTrue();
			assertThat(log.list()).singleElement()
				.asString()
				.startsWith("INFO")
				.contains("Teller.pay()", "outside of its lock", "fasteners.aop.order")
				.doesNotContain("Teller.look()");
		}
	}

	@Test
	void aTransactionThatBeginsOutsideOfALockThatIsReleasedOnReturnIsRefused() {
		assertThat(refused(Configured.class, Transactions.class, Hasty.class)).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "Hasty.pay()", "released before the commit",
					"release = AUTO"));
	}

	@Test
	void aTransactionInsideOfTheLockIsAsItShouldBe() {
		try (LogMessages log = new LogMessages();
				AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Configured.class,
						TransactionsInside.class, Teller.class, Hasty.class)) {
			assertThat(context.isActive()).isTrue();
			assertThat(log.list()).isEmpty();
		}
	}

	private static List<Finding> refused(Class<?>... classes) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(classes);
			LockMisuseException ex = Refusal.of(context);
			return ex.findings();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(validation = LockValidation.WARN)
	static class Warning {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(validation = LockValidation.OFF)
	static class Off {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	static class Wrong {

		@Locked("sealed")
		final int sealed() {
			return LockContext.current().locks().size();
		}

		@Locked(value = "unknown", timeout = "soon")
		int unknown() {
			return LockContext.current().locks().size();
		}

		@Locked("right")
		int right() {
			return LockContext.current().locks().size();
		}

	}

	static class Files {

		@InterProcessLocked("file")
		void write() {
		}

	}

	static class Callbacks implements InitializingBean {

		@Locked("callbacks")
		@PostConstruct
		void init() {
		}

		@Locked("callbacks")
		@PreDestroy
		void stop() {
		}

		@Override
		@Locked("callbacks")
		public void afterPropertiesSet() {
		}

	}

	static class Named {

		@Bean(initMethod = "open", destroyMethod = "shut")
		ByName byName() {
			return new ByName();
		}

	}

	static class ByName {

		@Locked("callbacks")
		public void open() {
		}

		@Locked("callbacks")
		public void shut() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Locked("own")
	@interface ByConvention {

		String value() default "not meant for the lock";

		String timeout() default "5s";

		int other() default 1;

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Locked
	@interface Unnamed {

		String value();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Locked("own")
	@interface ByAlias {

		@AliasFor(annotation = Locked.class)
		String timeout() default "5s";

	}

	static class Composed {

		@ByConvention
		void byConvention() {
		}

		@Unnamed("lost")
		void unnamed() {
		}

		@ByAlias
		void byAlias() {
		}

	}

	@Metadata
	static final class OfKotlin {

		@Locked("kotlin")
		public final void work() {
		}

	}

	static class Placeholders {

		@Locked("${one}")
		@ReadLocked("${two}")
		void work() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = 5)
	static class Transactions {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new ReleaseIntegrationTests.Transactions();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class TransactionsInside {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new ReleaseIntegrationTests.Transactions();
		}

	}

	static class Teller {

		@Locked("account")
		@Transactional
		public void pay() {
		}

		@Locked("account")
		public void look() {
		}

	}

	static class Hasty {

		@Locked(value = "account", release = Release.ON_RETURN)
		@Transactional
		public void pay() {
		}

	}

}
