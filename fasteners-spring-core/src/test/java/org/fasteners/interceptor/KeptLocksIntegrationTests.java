package org.fasteners.interceptor;

import java.util.List;

import org.fasteners.Background;
import org.fasteners.LockContext;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.Release;
import org.fasteners.thread.ReaderWriterLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a transaction keeps is neither lost by an error nor taken for something else.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class KeptLocksIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Configured.class,
			Service.class, One.class, Other.class);

	private final TransactionTemplate transaction = new TransactionTemplate(new ReleaseIntegrationTests.Transactions());

	private final SharedExclusiveLock account = this.context.getBean(LockRegistry.class).readWriteLock("account");

	private final SharedExclusiveLock other = this.context.getBean(LockRegistry.class).readWriteLock("other");

	private final Service service = this.context.getBean(Service.class);

	@AfterAll
	void close() {
		this.context.close();
	}

	@AfterEach
	void nothingIsLeft() {
		assertThat(this.account.holders()).isEmpty();
		assertThat(LockContext.current().locks()).isEmpty();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
	}

	private int holds() {
		return this.account.holdCount(LockMode.EXCLUSIVE);
	}

	@Test
	void anErrorDoesNotReleaseWhatTheTransactionKeepsFromWithinTheBody() {
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(LinkageError.class).isThrownBy(() -> this.service.onReturn(() -> {
				this.service.auto(() -> {
				});
				throw new LinkageError("of the body");
			}));
			assertThat(holds()).isEqualTo(1);
			assertThat(LockContext.current().locks()).hasSize(1);
		});
	}

	@Test
	void anErrorOfAMethodWhoseLockIsKeptRepairsWhatIsAboveIt() {
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(LinkageError.class).isThrownBy(() -> this.service.auto(() -> {
				this.account.writeLock().lock();
				throw new LinkageError("of the body");
			}));
			assertThat(holds()).isEqualTo(1);
			assertThatExceptionOfType(LinkageError.class)
				.isThrownBy(() -> this.service.auto(() -> this.service.onReturn(() -> {
					throw new LinkageError("of the body");
				})));
			assertThat(holds()).isEqualTo(1);
			assertThat(LockContext.current().locks()).hasSize(1);
		});
	}

	/** As with JTA, when a transaction takes too long. */
	@Test
	void aTransactionThatHasEndedInAnotherThreadIsNotTakenForALaterOne() {
		TransactionSynchronizationManager.initSynchronization();
		TransactionSynchronizationManager.setActualTransactionActive(true);
		this.service.auto(() -> {
		});
		List<TransactionSynchronization> told = TransactionSynchronizationManager.getSynchronizations();
		Background
			.start(() -> told.forEach((each) -> each.afterCompletion(TransactionSynchronization.STATUS_ROLLED_BACK)))
			.result();
		TransactionSynchronizationManager.clear();
		assertThat(holds()).as("that thread cannot release").isEqualTo(1);
		this.transaction.executeWithoutResult((status) -> {
			this.service.other();
			assertThat(holds()).isZero();
			assertThat(this.other.isHeld(LockMode.EXCLUSIVE)).isTrue();
		});
		assertThat(this.other.isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	/** As all have that nobody gave a name. */
	@Test
	void twoLocksOfOneNameAreBothKept() {
		One one = this.context.getBean(One.class);
		Other other = this.context.getBean(Other.class);
		this.transaction.executeWithoutResult((status) -> {
			one.work();
			other.work();
			assertThat(one.lock().isHeld(LockMode.EXCLUSIVE)).isTrue();
			assertThat(other.lock().isHeld(LockMode.EXCLUSIVE)).isTrue();
			other.work();
			assertThat(other.lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
		});
		assertThat(one.lock().isHeld(LockMode.EXCLUSIVE)).isFalse();
		assertThat(other.lock().isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	static class Service {

		@Locked("account")
		void auto(Runnable body) {
			body.run();
		}

		@Locked("other")
		void other() {
		}

		@Locked(value = "account", release = Release.ON_RETURN)
		void onReturn(Runnable body) {
			body.run();
		}

	}

	static class One {

		private final ReaderWriterLock lock = new ReaderWriterLock();

		ReaderWriterLock lock() {
			return this.lock;
		}

		@Locked(using = "lock")
		void work() {
		}

	}

	static class Other {

		private final ReaderWriterLock lock = new ReaderWriterLock();

		ReaderWriterLock lock() {
			return this.lock;
		}

		@Locked(using = "lock")
		void work() {
		}

	}

}
