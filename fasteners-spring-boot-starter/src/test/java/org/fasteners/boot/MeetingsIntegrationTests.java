package org.fasteners.boot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import org.fasteners.annotation.Locked;
import org.h2.Driver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.interceptor.KeyGenerator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.retry.annotation.Backoff;
import org.springframework.retry.annotation.EnableRetry;
import org.springframework.retry.annotation.Retryable;
import org.springframework.retry.backoff.Sleeper;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the interplay of a lock annotation with other advice on the same method: the
 * order of the recorded events shows which advice is outside. The same on Spring Boot 3
 * and 4. See {@link AsyncIntegrationTests} for {@code @Async} and
 * {@link TransactionIntegrationTests} for {@code @Transactional}.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class MeetingsIntegrationTests {

	private static final int OUTSIDE_THE_LOCKS = Ordered.LOWEST_PRECEDENCE - 200;

	private final ConfigurableApplicationContext context = Start.application(Defaults.class);

	private final ConfigurableApplicationContext othersOutside = Start.application(OthersOutside.class);

	private final ConfigurableApplicationContext lockFarOut = Start.application(Defaults.class,
			"fasteners.aop.order=0");

	@AfterAll
	void stop() {
		this.context.close();
		this.othersOutside.close();
		this.lockFarOut.close();
	}

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	// retry

	@Test
	void allAttemptsAndThePausesOfARetryAreInsideTheLock() {
		assertThat(eventsOf(this.context, Desk::tryTwice)).containsExactly("lock", "attempt", "pause", "attempt",
				"unlock");
	}

	@Test
	void withTheRetryOutsideEachAttemptAcquiresTheLock() {
		assertThat(eventsOf(this.othersOutside, Desk::tryTwice)).containsExactly("lock", "attempt", "unlock", "pause",
				"lock", "attempt", "unlock");
	}

	// cache

	@Test
	void theCacheIsInsideTheLock() {
		assertThat(eventsOf(this.context, (desk) -> desk.price("hamlet"))).containsExactly("lock", "key", "body",
				"unlock");
		assertThat(eventsOf(this.context, (desk) -> desk.price("hamlet"))).containsExactly("lock", "key", "unlock");
	}

	@Test
	void aCacheHitWaitsForTheLock() throws Exception {
		Desk desk = this.context.getBean(Desk.class);
		desk.price("macbeth");
		assertWaits(desk, () -> desk.price("macbeth"));
	}

	@Test
	void withTheCacheOutsideAHitDoesNotLock() throws Exception {
		assertThat(eventsOf(this.othersOutside, (desk) -> desk.price("hamlet"))).containsExactly("key", "lock", "body",
				"unlock");
		assertThat(eventsOf(this.othersOutside, (desk) -> desk.price("hamlet"))).containsExactly("key");
		Desk desk = this.othersOutside.getBean(Desk.class);
		assertDoesNotWait(desk, () -> desk.price("hamlet"));
	}

	// method validation

	@Test
	void argumentsAreValidatedInsideTheLock() {
		assertThat(eventsOf(this.context,
				(desk) -> assertThatExceptionOfType(ConstraintViolationException.class)
					.isThrownBy(() -> desk.sell(new Order(desk.notes(), -1)))))
			.containsExactly("lock", "validated", "unlock");
	}

	@Test
	void invalidArgumentsWaitForTheLock() throws Exception {
		Desk desk = this.context.getBean(Desk.class);
		assertWaits(desk, () -> assertThatExceptionOfType(ConstraintViolationException.class)
			.isThrownBy(() -> desk.sell(new Order(desk.notes(), -1))));
	}

	@Test
	void withValidationOutsideInvalidArgumentsDoNotLock() {
		assertThat(eventsOf(this.othersOutside, (desk) -> assertThatExceptionOfType(ConstraintViolationException.class)
			.isThrownBy(() -> desk.sell(new Order(desk.notes(), -1))))).containsExactly("validated");
		assertThat(eventsOf(this.othersOutside, (desk) -> desk.sell(new Order(desk.notes(), 1))))
			.containsExactly("validated", "lock", "body", "unlock");
	}

	// method security

	@Test
	void whoIsNotAllowedToCallNeverGetsTheLock() throws Exception {
		assertThat(eventsOf(this.context, MeetingsIntegrationTests::assertDenied)).containsExactly("asked");
		Desk desk = this.context.getBean(Desk.class);
		assertDoesNotWait(desk, () -> assertDenied(desk));
	}

	@Test
	void authorizationPrecedesTheAcquisition() {
		assertThat(eventsOf(this.context, (desk) -> {
			logIn("ROLE_CLERK");
			desk.refund();
		})).containsExactly("asked", "lock", "body", "unlock");
	}

	@Test
	void authorizationOfTheResultFollowsTheRelease() {
		assertThat(eventsOf(this.context, (desk) -> {
			logIn("ROLE_CLERK");
			desk.report();
		})).containsExactly("lock", "body", "unlock", "asked");
	}

	@Test
	void withTheLockOutsideUnauthorisedCallersAcquireItFirst() {
		assertThat(eventsOf(this.lockFarOut, MeetingsIntegrationTests::assertDenied)).containsExactly("lock", "asked",
				"unlock");
	}

	private static void assertDenied(Desk desk) {
		logIn("ROLE_GUEST");
		assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(desk::refund);
	}

	private static void logIn(String role) {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("user", "", role));
	}

	// events

	@Test
	void aListenerRunsUnderItsLock() {
		assertThat(eventsOf(this.context, (desk) -> this.context.publishEvent(new Opened()))).containsExactly("lock",
				"opened", "unlock");
	}

	@Test
	void aPublisherWaitsForTheLockOfAListener() throws Exception {
		assertWaits(this.context.getBean(Desk.class), () -> this.context.publishEvent(new Opened()));
	}

	@Test
	void aListenerThatRunsAfterTheCommitRunsUnderItsLock() {
		TransactionTemplate transaction = new TransactionTemplate(
				this.context.getBean(PlatformTransactionManager.class));
		assertThat(eventsOf(this.context, (desk) -> transaction.executeWithoutResult((status) -> {
			this.context.publishEvent(new Sold());
			desk.notes().add("published");
		}))).containsExactly("published", "lock", "sold", "unlock");
	}

	// schedules

	@Test
	void scheduledMethodsRunUnderTheirLock() throws Exception {
		try (ConfigurableApplicationContext context = Start.application(Schedule.class)) {
			Clock clock = context.getBean(Clock.class);
			assertThat(clock.ticked().await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(clock.held()).containsExactlyInAnyOrder("public: true", "package-private: true");
		}
	}

	// warnings at startup

	@Test
	void theStartTellsOnceOfEachMeetingThatSurprises(CapturedOutput output) {
		Start.application(Defaults.class).close();
		assertThat(warnings(output)).containsExactly(
				"Locked and retried: Desk.tryTwice(). The lock is held over all attempts and over the pauses between them. If each attempt is to lock by itself, give the retry an order below that of the locks (fasteners.aop.order), by @EnableRetry or resilience4j.retry.retry-aspect-order, or lock in another bean, which the retried method calls",
				"Locked and cached: Desk.price(). A call that finds its result in the cache waits for the lock as well. If it is not to wait, give @EnableCaching an order below that of the locks (fasteners.aop.order), or cache in another bean, which calls the locked method",
				"Locked and validated: Desk.note(), Desk.sell(). Invalid arguments are refused after the wait for the lock, not before. If they are not to wait, set beforeExistingAdvisors of the MethodValidationPostProcessor, or validate in another bean, which calls the locked method");
	}

	@Test
	void theStartWarnsOfSecurityIfTheLockIsOutside(CapturedOutput output) {
		Start.application(Defaults.class, "fasteners.aop.order=0").close();
		assertThat(warnings(output)).hasSize(4)
			.endsWith(
					"Locked and secured: Desk.refund(). Who is not allowed to call waits for the lock and takes it first. Give the locks an order above that of method security (fasteners.aop.order)");
	}

	@Test
	void nothingIsToldWhereTheOthersAreOutside(CapturedOutput output) {
		Start.application(OthersOutside.class).close();
		assertThat(warnings(output)).isEmpty();
	}

	private static List<String> warnings(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains("Locked and "))
			.map((line) -> line.substring(line.indexOf("Locked and ")))
			.toList();
	}

	private static List<String> eventsOf(ConfigurableApplicationContext context, Call call) {
		Desk desk = context.getBean(Desk.class);
		desk.notes().clear();
		call.on(desk);
		return List.copyOf(desk.notes());
	}

	private static void assertWaits(Desk desk, Runnable call) throws Exception {
		Background<Boolean> caller;
		desk.lock().lock();
		try {
			caller = Background.run(() -> {
				call.run();
				return true;
			});
			caller.awaitWaiting();
			assertThat(desk.lock().hasQueuedThreads()).isTrue();
		}
		finally {
			desk.lock().unlock();
		}
		assertThat(caller.result()).isTrue();
	}

	private static void assertDoesNotWait(Desk desk, Runnable call) throws Exception {
		desk.lock().lock();
		try {
			assertThat(Background.run(() -> {
				call.run();
				return true;
			}).result()).isTrue();
		}
		finally {
			desk.lock().unlock();
		}
	}

	/**
	 * A call of the desk.
	 */
	private interface Call {

		void on(Desk desk);

	}

	@Configuration(proxyBeanMethods = false)
	@EnableRetry
	@EnableCaching
	@EnableMethodSecurity
	@EnableTransactionManagement
	@Import(Beans.class)
	static class Defaults {

		@Bean
		static MethodValidationPostProcessor methodValidation() {
			return new MethodValidationPostProcessor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableRetry(order = OUTSIDE_THE_LOCKS)
	@EnableCaching(order = OUTSIDE_THE_LOCKS)
	@EnableMethodSecurity
	@EnableTransactionManagement
	@Import(Beans.class)
	static class OthersOutside {

		@Bean
		static MethodValidationPostProcessor methodValidation() {
			MethodValidationPostProcessor validation = new MethodValidationPostProcessor();
			validation.setBeforeExistingAdvisors(true);
			return validation;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Notes notes() {
			return new Notes();
		}

		@Bean
		Sleeper sleeper(Notes notes) {
			return (pause) -> notes.add("pause");
		}

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		KeyGenerator noting(Notes notes) {
			return (target, method, arguments) -> {
				notes.add("key");
				return arguments[0];
			};
		}

		@Bean
		PlatformTransactionManager transactionManager() {
			return new DataSourceTransactionManager(new SimpleDriverDataSource(new Driver(), "jdbc:h2:mem:meetings"));
		}

		@Bean
		Desk desk(Notes notes) {
			return new Desk(notes);
		}

	}

	/**
	 * Records the events in their order.
	 */
	static class Notes extends CopyOnWriteArrayList<String> {

		private static final long serialVersionUID = 1L;

	}

	record Opened() {
	}

	record Sold() {
	}

	record Order(Notes notes, int amount) {

		@Positive
		public int getSeats() {
			this.notes.add("validated");
			return this.amount;
		}

	}

	@Validated
	static class Desk {

		private final Notes notes;

		private final NotingLock lock;

		Desk(Notes notes) {
			this.notes = notes;
			this.lock = new NotingLock(notes);
		}

		Notes notes() {
			return this.notes;
		}

		NotingLock lock() {
			return this.lock;
		}

		@Locked(using = "lock")
		@Retryable(backoff = @Backoff(1))
		public void tryTwice() {
			this.notes.add("attempt");
			if (!this.notes.contains("pause")) {
				throw new IllegalStateException("not yet");
			}
		}

		@Locked(using = "lock")
		@Cacheable(cacheNames = "prices", keyGenerator = "noting")
		public int price(String show) {
			this.notes.add("body");
			return show.length();
		}

		/** No surprise, hence no warning. */
		@Locked(using = "lock")
		@CacheEvict(cacheNames = "prices", keyGenerator = "noting")
		public void forget(String show) {
			this.notes.add("body");
		}

		@Locked(using = "lock")
		public void sell(@Valid Order order) {
			this.notes.add("body");
		}

		@Locked(using = "lock")
		public void note(@Positive int number) {
			this.notes.add("body");
		}

		@Locked(using = "lock")
		@PreAuthorize("@notes.add('asked') and hasRole('CLERK')")
		public void refund() {
			this.notes.add("body");
		}

		/**
		 * No surprise, hence no warning: the result is checked after the body has run.
		 */
		@Locked(using = "lock")
		@PostAuthorize("@notes.add('asked') and hasRole('CLERK')")
		public String report() {
			this.notes.add("body");
			return "report";
		}

		@Locked(using = "lock")
		@EventListener
		public void opened(Opened event) {
			this.notes.add("opened");
		}

		@Locked(using = "lock")
		@TransactionalEventListener
		public void sold(Sold event) {
			this.notes.add("sold");
		}

	}

	static class NotingLock extends ReentrantLock {

		private static final long serialVersionUID = 1L;

		private final transient Notes notes;

		NotingLock(Notes notes) {
			this.notes = notes;
		}

		@Override
		public void lockInterruptibly() throws InterruptedException {
			super.lockInterruptibly();
			this.notes.add("lock");
		}

		@Override
		public void unlock() {
			this.notes.add("unlock");
			super.unlock();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Schedule {

		@Bean
		Clock clock() {
			return new Clock();
		}

	}

	static class Clock {

		private final List<String> held = new CopyOnWriteArrayList<>();

		private final CountDownLatch ticked = new CountDownLatch(2);

		private final ReentrantLock lock = new ReentrantLock();

		List<String> held() {
			return this.held;
		}

		CountDownLatch ticked() {
			return this.ticked;
		}

		@Locked(using = "lock")
		@Scheduled(fixedDelay = 3_600_000)
		public void tick() {
			record("public: ");
		}

		@Locked(using = "lock")
		@Scheduled(fixedDelay = 3_600_000)
		void tock() {
			record("package-private: ");
		}

		private void record(String method) {
			this.held.add(method + this.lock.isHeldByCurrentThread());
			this.ticked.countDown();
		}

	}

}
