package org.fasteners.interceptor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.StampedLock;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockContext;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.LockUpgradeException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.OnTimeout;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.Release;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.SmartTransactionObject;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Within a transaction that goes on, a lock is kept until it has ended.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReleaseIntegrationTests {

	private final Transactions transactions = new Transactions();

	private AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private LockRegistry locks = LockRegistries.builder().build();

	@BeforeAll
	void start(@TempDir Path directory) {
		this.locks = LockRegistries.builder().lockDirectory(directory).build();
		this.context.registerBean(LockRegistry.class, () -> this.locks);
		this.context.register(Annotations.class, Service.class);
		this.context.refresh();
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	@AfterEach
	void nothingIsLeftBehind() {
		this.transactions.failing = false;
		this.transactions.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_ALWAYS);
		Service.body = () -> {
		};
		assertThat(LockContext.current().locks()).isEmpty();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		assertThat(lock().isHeld(LockMode.EXCLUSIVE) || lock().isHeld(LockMode.SHARED)).as("held").isFalse();
		assertThat(lock().holdCount(LockMode.EXCLUSIVE) + lock().holdCount(LockMode.SHARED)).isZero();
	}

	private SharedExclusiveLock lock() {
		return this.locks.readWriteLock("account");
	}

	private Service service() {
		return this.context.getBean(Service.class);
	}

	private void transaction(int propagation, Runnable body) {
		TransactionTemplate template = new TransactionTemplate(this.transactions);
		template.setPropagationBehavior(propagation);
		template.executeWithoutResult((status) -> body.run());
	}

	private void transaction(Runnable body) {
		transaction(TransactionDefinition.PROPAGATION_REQUIRED, body);
	}

	private boolean isFree() {
		return Background.elsewhere(() -> {
			try (LockAttempt attempt = lock().tryAcquire(LockMode.EXCLUSIVE)) {
				return attempt.isAcquired();
			}
		});
	}

	@Test
	void withoutATransactionItIsReleasedOnReturn() {
		service().auto();
		assertThat(isFree()).isTrue();
	}

	@Test
	void withinATransactionItIsReleasedWhenThatHasEnded() {
		transaction(() -> {
			service().auto();
			assertThat(isFree()).isFalse();
		});
		assertThat(isFree()).isTrue();
	}

	@Test
	void afterARollbackItIsReleasedToo() {
		assertThatIllegalStateException().isThrownBy(() -> transaction(() -> {
			service().auto();
			assertThat(isFree()).isFalse();
			throw new IllegalStateException("roll back");
		})).withMessage("roll back");
		assertThat(isFree()).isTrue();
	}

	@Test
	void ifTheCommitFailsItIsReleasedToo() {
		this.transactions.failing = true;
		assertThatIllegalStateException().isThrownBy(() -> transaction(service()::auto)).withMessage("cannot commit");
		assertThat(isFree()).isTrue();
	}

	@Test
	void ifTheBodyFailsAndTheTransactionGoesOnItIsKept() {
		transaction(() -> {
			Service.body = () -> {
				throw new IllegalArgumentException("of the body");
			};
			try {
				service().auto();
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex).hasMessage("of the body").hasNoSuppressedExceptions();
			}
			assertThat(isFree()).isFalse();
		});
		assertThat(isFree()).isTrue();
	}

	@Test
	void onReturnMeansOnReturn() {
		transaction(() -> {
			service().onReturn();
			assertThat(isFree()).isTrue();
		});
	}

	@Test
	void whoHearsOfTheCommitHearsOfItUnderTheLock() {
		List<Boolean> free = new ArrayList<>();
		transaction(() -> {
			service().auto();
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					free.add(isFree());
				}

			});
		});
		assertThat(free).containsExactly(false);
		assertThat(isFree()).isTrue();
	}

	@Test
	void withoutSynchronisationItIsReleasedOnReturn() {
		this.transactions.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
		transaction(() -> {
			service().auto();
			assertThat(isFree()).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.PROPAGATION_SUPPORTS, TransactionDefinition.PROPAGATION_NEVER })
	void inAScopeWithoutATransactionItIsReleasedOnReturn(int propagation) {
		transaction(propagation, () -> {
			assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isTrue();
			service().auto();
			assertThat(isFree()).isTrue();
		});
	}

	@Test
	void askedForManyTimesItIsKeptOnce() {
		transaction(() -> {
			for (int i = 0; i < 100; i++) {
				service().auto();
				assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
				assertThat(LockContext.current().locks()).hasSize(1);
			}
			Service.body = () -> {
				assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
				Service.body = () -> assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
				service().auto();
				service().onReturn();
			};
			service().auto();
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
			assertThat(isFree()).isFalse();
		});
		assertThat(isFree()).isTrue();
	}

	@Test
	void heldOutsideTheTransactionItIsKeptInsideAsWell() {
		Service.body = () -> {
			Service.body = () -> {
			};
			transaction(() -> {
				service().auto();
				assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
			});
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
		};
		service().auto();
	}

	/** The outer hold would not last until the commit. */
	@Test
	void heldByOneThatReleasesOnReturnItIsKeptAllTheSame() {
		transaction(() -> {
			Service.body = () -> {
				Service.body = () -> {
				};
				service().auto();
			};
			service().onReturn();
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
			assertThat(isFree()).isFalse();
		});
	}

	@Test
	void aWriterReadsAndIsKeptOnce() {
		transaction(() -> {
			service().auto();
			service().read();
			assertThat(lock().holdCount(LockMode.SHARED)).isZero();
			assertThat(isFree()).isFalse();
		});
	}

	@Test
	void aReaderThatIsKeptCannotWrite() {
		transaction(() -> {
			service().read();
			assertThat(lock().holdCount(LockMode.SHARED)).isEqualTo(1);
			assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(service()::auto);
			assertThat(lock().holdCount(LockMode.SHARED)).isEqualTo(1);
		});
	}

	@Test
	void aNewTransactionReleasesWhatItHasAskedForAndNoMore() {
		transaction(() -> {
			service().auto();
			transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW, () -> {
				service().auto();
				service().other();
				assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
			});
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
			assertThat(this.locks.readWriteLock("other").isHeld(LockMode.EXCLUSIVE)).isFalse();
			assertThat(isFree()).isFalse();
			service().auto();
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
		});
		assertThat(isFree()).isTrue();
	}

	@Test
	void whileATransactionIsSuspendedItIsReleasedOnReturn() {
		transaction(() -> {
			service().auto();
			transaction(TransactionDefinition.PROPAGATION_NOT_SUPPORTED, () -> {
				service().other();
				assertThat(this.locks.readWriteLock("other").isHeld(LockMode.EXCLUSIVE)).isFalse();
			});
			assertThat(isFree()).isFalse();
		});
	}

	@Test
	void askedForWhileTheTransactionEndsItIsReleasedAllTheSame() {
		List<String> called = new ArrayList<>();
		transaction(() -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void beforeCommit(boolean readOnly) {
				lockAgain("beforeCommit");
			}

			@Override
			public void beforeCompletion() {
				lockAgain("beforeCompletion");
			}

			@Override
			public void afterCommit() {
				lockAgain("afterCommit");
			}

			@Override
			public void afterCompletion(int status) {
				lockAgain("afterCompletion");
			}

			private void lockAgain(String callback) {
				called.add(callback);
				service().auto();
				service().other();
			}

		}));
		assertThat(called).containsExactly("beforeCommit", "beforeCompletion", "afterCommit", "afterCompletion");
		assertThat(isFree()).isTrue();
		assertThat(this.locks.readWriteLock("other").isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	@Test
	void filesAndPermitsAreKeptToo() {
		SharedExclusiveLock file = this.locks.interProcessReaderWriterLock("file");
		CountingSemaphore permits = this.locks.interProcessSemaphore("permits", 2);
		transaction(() -> {
			service().fileAndPermit("a");
			assertThat(file.isHeld(LockMode.EXCLUSIVE)).isTrue();
			assertThat(this.locks.lock("account", "a").isHeld()).isTrue();
			assertThat(permits.holders()).as("of what limits").isEmpty();
			service().permit();
			assertThat(permits.holders()).hasSize(1);
			service().fileAndPermit("a");
			assertThat(file.holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
			assertThat(this.locks.lock("account", "a").holdCount()).isEqualTo(1);
			assertThat(permits.holders()).hasSize(1);
			assertThat(LockContext.current().locks()).hasSize(3);
		});
		assertThat(file.isHeld(LockMode.EXCLUSIVE)).isFalse();
		assertThat(this.locks.lock("account", "a").isHeld()).isFalse();
		assertThat(permits.holders()).isEmpty();
	}

	/** It would wait for itself. */
	@Test
	void aLockThatCannotBeEnteredAgainCanBeAskedForAgain() {
		transaction(() -> {
			service().stamped();
			service().stamped();
			assertThat(LockContext.current().locks()).hasSize(1);
		});
		service().stamped();
	}

	@Test
	void ifTheLastIsNotHadInTimeNothingIsKept() {
		this.locks.lock("other").lock();
		try {
			Background.start(() -> transaction(() -> {
				assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(service()::both);
				assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isZero();
				assertThat(LockContext.current().locks()).isEmpty();
				service().skipped();
				assertThat(TransactionSynchronizationManager.getResourceMap())
					.doesNotContainKey(TransactionHolds.class);
			})).result();
		}
		finally {
			this.locks.lock("other").unlock();
		}
	}

	@Test
	void theContextTellsWhatIsKept() {
		transaction(() -> {
			service().auto();
			service().other();
			assertThat(LockContext.current().locks()).extracting(LockContext.Held::name)
				.containsExactly("account", "other");
		});
		assertThat(LockContext.current().locks()).isEmpty();
	}

	@Test
	void whatAnErrorLeftBehindIsRepairedAndTheLockKept() {
		transaction(() -> {
			Service.body = () -> {
				// as a frame that had no stack left to release
				lock().writeLock().lock();
				lock().writeLock().lock();
				throw new StackOverflowError("on purpose");
			};
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(service()::auto);
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
			assertThat(isFree()).isFalse();
		});
	}

	/** Nobody else may release it, and nothing is thrown to whom it does not concern. */
	@Test
	void completedByAnotherThreadItStaysHeldAndTheLogSaysSo() {
		TransactionSynchronizationManager.initSynchronization();
		TransactionSynchronizationManager.setActualTransactionActive(true);
		try {
			service().auto();
			TransactionSynchronization holds = TransactionSynchronizationManager.getSynchronizations().get(0);
			Background.start(() -> holds.afterCompletion(TransactionSynchronization.STATUS_UNKNOWN)).result();
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
			holds.afterCompletion(TransactionSynchronization.STATUS_UNKNOWN);
		}
		finally {
			TransactionSynchronizationManager.clear();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	static class Service {

		static volatile Runnable body = () -> {
		};

		final Lock stamped = new StampedLock().asWriteLock();

		@Locked("account")
		public void auto() {
			body.run();
		}

		@Locked(value = "account", release = Release.ON_RETURN)
		public void onReturn() {
			body.run();
		}

		@ReadLocked("account")
		public void read() {
			body.run();
		}

		@Locked("other")
		public void other() {
			body.run();
		}

		@Locked("account")
		@Locked(value = "other", timeout = "1ms")
		public void both() {
			body.run();
		}

		@Locked("account")
		@Locked(value = "other", timeout = "0", onTimeout = OnTimeout.SKIP)
		public void skipped() {
			body.run();
		}

		@InterProcessLimited(value = "permits", permits = 2, release = Release.AUTO)
		public void permit() {
			body.run();
		}

		@Locked(using = "stamped")
		public void stamped() {
			body.run();
		}

		@Locked(value = "account", key = "#key")
		@InterProcessLocked("file")
		@InterProcessLimited(value = "permits", permits = 2)
		public void fileAndPermit(String key) {
			body.run();
		}

	}

	/**
	 * Transactions that do nothing, but can be suspended.
	 */
	static class Transactions extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		private static final Object KEY = new Object();

		private boolean failing;

		@Override
		protected Object doGetTransaction() {
			return new Transaction(TransactionSynchronizationManager.hasResource(KEY));
		}

		@Override
		protected boolean isExistingTransaction(Object transaction) {
			return ((Transaction) transaction).exists;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			TransactionSynchronizationManager.bindResource(KEY, transaction);
		}

		@Override
		protected Object doSuspend(Object transaction) {
			return TransactionSynchronizationManager.unbindResource(KEY);
		}

		@Override
		protected void doResume(@Nullable Object transaction, Object suspended) {
			TransactionSynchronizationManager.bindResource(KEY, Objects.requireNonNull(suspended));
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			if (this.failing) {
				throw new IllegalStateException("cannot commit");
			}
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			// nothing was done
		}

		@Override
		protected void doSetRollbackOnly(DefaultTransactionStatus status) {
			((Transaction) status.getTransaction()).rollbackOnly = true;
		}

		@Override
		protected void doCleanupAfterCompletion(Object transaction) {
			TransactionSynchronizationManager.unbindResource(KEY);
		}

	}

	private static final class Transaction implements SmartTransactionObject {

		private final boolean exists;

		private boolean rollbackOnly;

		Transaction(boolean exists) {
			this.exists = exists;
		}

		@Override
		public boolean isRollbackOnly() {
			return this.rollbackOnly;
		}

		@Override
		public void flush() {
			// nothing to flush
		}

	}

}
