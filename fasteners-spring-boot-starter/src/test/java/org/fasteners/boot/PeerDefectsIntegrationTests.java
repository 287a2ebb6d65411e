package org.fasteners.boot;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMisuseException;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.Locks;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.OnTimeout;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.SimpleTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests that defects of other libraries with lock annotations do not occur here, as far
 * as no other test covers them. {@code docs/peer-defects.md} lists all of them.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeerDefectsIntegrationTests {

	private final Path directory;

	private final ConfigurableApplicationContext context;

	private final LockRegistry registry;

	private final Desk desk;

	PeerDefectsIntegrationTests(@TempDir Path temporary) {
		this.directory = temporary.resolve("locks");
		this.context = Start.application(Beans.class, "fasteners.lock-directory=" + this.directory);
		this.registry = this.context.getBean(LockRegistry.class);
		this.desk = this.context.getBean(Desk.class);
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	/**
	 * ShedLock: if lock and transaction have the same order, the advice that is
	 * registered first is outside (trap 2).
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theLockIsNotReleasedBeforeTheCommitWhicheverIsRegisteredFirst(boolean locksFirst) {
		List<Class<?>> configurations = locksFirst ? List.of(LockAnnotations.class, Transactions.class)
				: List.of(Transactions.class, LockAnnotations.class);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
				configurations.toArray(Class<?>[]::new))) {
			context.getBean(Account.class).pay();
			assertThat(context.getBean(MeetingsIntegrationTests.Notes.class)).containsExactly("lock", "begin", "body",
					"commit", "unlock");
		}
	}

	/** klock: the inner call removes the record of the held lock (note 4). */
	@Test
	void theLockIsStillHeldWhenAnInnerCallOfTheSameNameReturns() throws Exception {
		assertThat(this.desk.work(() -> {
			this.desk.work(() -> "inner");
			assertThat(this.registry.lock("desk").holdCount()).isOne();
			return isFreeForOthers("desk");
		})).isFalse();
		assertThat(isFreeForOthers("desk")).isTrue();
	}

	/**
	 * {@code @ConcurrencyLimit(1)} waits for itself, ShedLock skips the call, and
	 * alturkovic fails.
	 */
	@Test
	void aCallThatComesBackThroughTheProxyDoesNotWaitForItself() throws Exception {
		assertThat(Background.run(() -> this.desk.work(() -> this.desk.work(() -> "inside"))).result())
			.isEqualTo("inside");
		assertThat(Background.run(() -> this.desk.workAlone(() -> this.desk.workAlone(() -> "inside"))).result())
			.isEqualTo("inside");
	}

	/**
	 * klock: the release looks up the lock again and finds another one, so that the
	 * acquired lock stays held (note 4).
	 */
	@Test
	void theLockThatWasTakenIsReleasedAlsoWhenTheBodyPutsAnotherInItsPlace() throws Exception {
		ReentrantLock before = new ReentrantLock();
		ReentrantLock after = new ReentrantLock();
		this.desk.use(before);
		assertThat(this.desk.workWithDrawer(() -> {
			this.desk.use(after);
			return before.isHeldByCurrentThread();
		})).isTrue();
		assertThat(this.desk.inUse()).isSameAs(after);
		assertThat(before.isLocked()).isFalse();
		assertThat(after.isLocked()).isFalse();
	}

	/** klock: by default the body runs without the lock (note 5). */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theBodyDoesNotRunWhenTheLockIsNotHadInTime(boolean interProcess) throws Exception {
		AtomicInteger runs = new AtomicInteger();
		Lock lock = interProcess ? this.registry.interProcessLock("desk") : this.registry.lock("desk");
		Callable<Integer> call = interProcess ? () -> this.desk.tryAlone(runs::incrementAndGet)
				: () -> this.desk.tryWork(runs::incrementAndGet);
		lock.lock();
		try {
			Background<Integer> caller = Background.run(call);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(caller::result)
				.withCauseInstanceOf(LockTimeoutException.class);
		}
		finally {
			lock.unlock();
		}
		assertThat(runs).hasValue(0);
	}

	/** Default registry of Spring Integration: each name maps to one of 256 stripes. */
	@Test
	void twoNamesAreNeverOneLock() throws Exception {
		List<LockHold> held = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			held.add(this.registry.lock("held-" + i).acquire());
		}
		assertThat(Background.run(() -> {
			int refused = 0;
			for (int i = 0; i < 1000; i++) {
				try (LockAttempt attempt = this.registry.lock("free-" + i).tryAcquire()) {
					refused += attempt.isAcquired() ? 0 : 1;
				}
			}
			return refused;
		}).result()).isZero();
		held.forEach(LockHold::close);
	}

	/**
	 * Several libraries on {@code FileChannel.lock()} (LabKey, Chronicle, jib): the JVM
	 * owns the file lock, and its second thread gets an exception (trap 21).
	 */
	@Test
	void aSecondThreadWaitsForALockFileAndGetsNoException() throws Exception {
		Background<String> second = this.desk
			.workAlone(() -> Background.run(() -> this.desk.workAlone(() -> "second")).awaitWaiting());
		assertThat(second.result()).isEqualTo("second");
	}

	/**
	 * jib: a release deletes the file, and the next two holders lock different files
	 * (trap 22).
	 */
	@Test
	void theLockFileStaysWhereItIsWhenItsLockIsReleased() throws Exception {
		this.desk.workAlone(() -> "first");
		Object first = identity();
		this.desk.workAlone(() -> "second");
		assertThat(identity()).isEqualTo(first);
	}

	private Object identity() throws IOException {
		Object key = Files.readAttributes(this.directory.resolve("desk"), BasicFileAttributes.class).fileKey();
		return (key != null) ? key : "not available on this file system";
	}

	/**
	 * alturkovic: the exception of a nested method counts as a timeout of the outer lock,
	 * and the outer call returns as if its lock had not been acquired.
	 */
	@Test
	void theTimeoutOfANestedLockIsNotTakenForOnesOwn() {
		AtomicInteger runs = new AtomicInteger();
		try (LockHold hold = this.registry.lock("desk").acquire()) {
			assertThat(hold).isNotNull();
			Callable<Integer> nested = () -> this.desk.tryWork(runs::incrementAndGet);
			Background<@Nullable Integer> skipping = Background.run(() -> this.desk.skip(nested));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(skipping::result)
				.withCauseInstanceOf(LockTimeoutException.class);
			Background<@Nullable Integer> falling = Background.run(() -> this.desk.fallBack(nested));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(falling::result)
				.withCauseInstanceOf(LockTimeoutException.class);
		}
		assertThat(runs).hasValue(0);
	}

	/**
	 * ShedLock and alturkovic: such a method fails when a call is skipped for the first
	 * time (trap 18).
	 */
	@Test
	void aPrimitiveResultThatCannotBeSkippedStopsTheStart() {
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> Start.application(Primitive.class))
			.withMessageContaining("Primitive.count()")
			.withMessageContaining("int");
	}

	/**
	 * lock4j: its composed annotations rely on attributes of equal name, which override
	 * those of the meta-annotation in Spring Framework 6, but not in 7 (trap 9).
	 */
	@Test
	void anAttributeOfAnAnnotationOfOnesOwnThatIsNoAliasStopsTheStart() {
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> Start.application(Composed.class))
			.withMessageContaining("Composed.run()")
			.withMessageContaining("'timeout'")
			.withMessageContaining("@AliasFor");
	}

	/** All: such a call goes unnoticed (trap 5). Proxies cannot prevent it. */
	@Test
	void aCallWithinTheObjectIsNoticedByWhoAsks() {
		assertThat(this.desk.asking()).isEqualTo("under the lock");
		assertThatIllegalStateException().isThrownBy(this.desk::callingAsking)
			.withMessageContaining("'desk'")
			.withMessageContaining("past the proxy");
	}

	/** All: two methods acquire the same two locks in opposite orders (trap 20). */
	@Test
	void theOrderOfTwoAnnotationsDoesNotMatter() throws Exception {
		List<Background<String>> waiting = new ArrayList<>();
		try (LockHold first = this.registry.lock("a").acquire()) {
			assertThat(first).isNotNull();
			waiting.add(Background.run(this.desk::oneOrder).awaitWaiting());
			waiting.add(Background.run(this.desk::otherOrder).awaitWaiting());
			// a thread that waits for the first lock does not hold the second
			assertThat(isFreeForOthers("b")).isTrue();
		}
		for (Background<String> one : waiting) {
			assertThat(one.result()).isEqualTo("done");
		}
	}

	/**
	 * An aspect without an order has the lowest precedence; so has ShedLock (trap 27).
	 */
	@Test
	void anAspectWithoutAnOrderIsInsideTheLock() {
		assertThat(this.desk.audited()).isEqualTo("audited under the lock");
	}

	private boolean isFreeForOthers(String name) throws Exception {
		return Background.run(() -> {
			try (LockAttempt attempt = this.registry.lock(name).tryAcquire()) {
				return attempt.isAcquired();
			}
		}).result();
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Desk desk() {
			return new Desk();
		}

		@Bean
		Audit audit(LockRegistry registry) {
			return new Audit(registry);
		}

	}

	static class Desk {

		private ReentrantLock drawer = new ReentrantLock();

		void use(ReentrantLock lock) {
			this.drawer = lock;
		}

		ReentrantLock inUse() {
			return this.drawer;
		}

		@Locked("desk")
		<T> T work(Callable<T> body) throws Exception {
			return body.call();
		}

		@Locked(value = "desk", timeout = "0")
		<T> T tryWork(Callable<T> body) throws Exception {
			return body.call();
		}

		@InterProcessLocked("desk")
		<T> T workAlone(Callable<T> body) throws Exception {
			return body.call();
		}

		@InterProcessLocked(value = "desk", timeout = "0")
		<T> T tryAlone(Callable<T> body) throws Exception {
			return body.call();
		}

		@Locked(using = "drawer")
		<T> T workWithDrawer(Callable<T> body) throws Exception {
			return body.call();
		}

		@Locked(value = "other", timeout = "0", onTimeout = OnTimeout.SKIP)
		<T> @Nullable T skip(Callable<T> body) throws Exception {
			return body.call();
		}

		@Locked(value = "other", timeout = "0", fallback = "nothing")
		<T> @Nullable T fallBack(Callable<T> body) throws Exception {
			return body.call();
		}

		<T> @Nullable T nothing(Callable<T> body) {
			return null;
		}

		@Locked("desk")
		String asking() {
			Locks.requireHeld("desk");
			return "under the lock";
		}

		String callingAsking() {
			return asking();
		}

		@Locked("a")
		@Locked("b")
		String oneOrder() {
			return "done";
		}

		@Locked("b")
		@Locked("a")
		String otherOrder() {
			return "done";
		}

		@Locked("desk")
		public String audited() {
			return "audited";
		}

	}

	static class Primitive {

		@Locked(value = "desk", timeout = "0", onTimeout = OnTimeout.SKIP)
		int count() {
			return 1;
		}

	}

	static class Composed {

		@OwnLocked(timeout = "5s")
		void run() {
		}

	}

	@Locked("desk")
	@Retention(RetentionPolicy.RUNTIME)
	@interface OwnLocked {

		String timeout();

	}

	@Aspect
	static class Audit {

		private final LockRegistry registry;

		Audit(LockRegistry registry) {
			this.registry = registry;
		}

		@Around("execution(String org.fasteners.boot.PeerDefectsIntegrationTests.Desk.audited())")
		public Object audit(ProceedingJoinPoint call) throws Throwable {
			return call.proceed() + (this.registry.lock("desk").isHeldByCurrentOwner() ? " under" : " without")
					+ " the lock";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class LockAnnotations {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions {

		@Bean
		MeetingsIntegrationTests.Notes notes() {
			return new MeetingsIntegrationTests.Notes();
		}

		@Bean
		PlatformTransactionManager transactionManager(MeetingsIntegrationTests.Notes notes) {
			return new NotingTransactions(notes);
		}

		@Bean
		Account account(MeetingsIntegrationTests.Notes notes) {
			return new Account(notes);
		}

	}

	static class Account {

		private final MeetingsIntegrationTests.Notes notes;

		private final MeetingsIntegrationTests.NotingLock lock;

		Account(MeetingsIntegrationTests.Notes notes) {
			this.notes = notes;
			this.lock = new MeetingsIntegrationTests.NotingLock(notes);
		}

		@Transactional
		@Locked(using = "lock")
		public void pay() {
			assertThat(this.lock.isHeldByCurrentThread()).isTrue();
			this.notes.add("body");
		}

	}

	static class NotingTransactions implements PlatformTransactionManager {

		private final MeetingsIntegrationTests.Notes notes;

		NotingTransactions(MeetingsIntegrationTests.Notes notes) {
			this.notes = notes;
		}

		@Override
		public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
			this.notes.add("begin");
			return new SimpleTransactionStatus();
		}

		@Override
		public void commit(TransactionStatus status) {
			this.notes.add("commit");
		}

		@Override
		public void rollback(TransactionStatus status) {
			this.notes.add("rollback");
		}

	}

}
