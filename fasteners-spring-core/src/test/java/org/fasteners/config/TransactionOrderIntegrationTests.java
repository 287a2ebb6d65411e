package org.fasteners.config;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;

import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.interceptor.RecordingLock;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Where the lock is taken and released when a method runs in a transaction as well.
 */
@Timeout(60)
class TransactionOrderIntegrationTests {

	private static final List<String> OUTSIDE = List.of("lock", "begin", "body", "commit", "unlock");

	private static final List<String> INSIDE = List.of("begin", "lock", "body", "commit", "unlock");

	@Test
	void theLockIsOutsideTheTransaction() {
		assertThat(events(Locking.class, Transactions.class)).isEqualTo(OUTSIDE);
	}

	@Test
	void theLockIsOutsideTheTransactionWhicheverIsEnabledFirst() {
		assertThat(events(Transactions.class, Locking.class)).isEqualTo(OUTSIDE);
	}

	@Test
	void theLockIsTakenInsideIfTheOrdersSaySoButReleasedAfterTheCommit() {
		assertThat(events(Locking.class, TransactionsFarOut.class)).isEqualTo(INSIDE);
		assertThat(events(TransactionsFarOut.class, Locking.class)).isEqualTo(INSIDE);
	}

	@Test
	void theLockIsOutsideIfTheOrdersSaySo() {
		assertThat(events(LockingFarOut.class, TransactionsFarOut.class)).isEqualTo(OUTSIDE);
		assertThat(events(TransactionsFarOut.class, LockingFarOut.class)).isEqualTo(OUTSIDE);
	}

	@Test
	void theLockIsReleasedAfterTheRollback() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Locking.class,
				Transactions.class, Beans.class)) {
			assertThatIllegalStateException().isThrownBy(context.getBean(Service.class)::fail);
			assertThat(context.getBean(Events.class).list).containsExactly("lock", "begin", "rollback", "unlock");
		}
	}

	private static List<String> events(Class<?>... configurations) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(configurations);
			context.register(Beans.class);
			context.refresh();
			context.getBean(Service.class).work();
			return context.getBean(Events.class).list;
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Locking {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(order = 5)
	static class LockingFarOut {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = 10)
	static class TransactionsFarOut {

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

		@Bean
		Events events() {
			return new Events();
		}

		@Bean
		RecordingTransactions transactions(Events events) {
			return new RecordingTransactions(events);
		}

		@Bean
		Service service(Events events) {
			return new Service(events);
		}

	}

	static class Events {

		final List<String> list = new CopyOnWriteArrayList<>();

	}

	static class Service {

		private final Events events;

		private final Lock lock;

		Service(Events events) {
			this.events = events;
			this.lock = new RecordingLock("", events.list);
		}

		Lock getLock() {
			return this.lock;
		}

		@Locked(using = "lock")
		@Transactional
		public void work() {
			this.events.list.add("body");
		}

		@Locked(using = "lock")
		@Transactional
		public void fail() {
			throw new IllegalStateException("of the body");
		}

	}

	static class RecordingTransactions extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		private final transient Events events;

		RecordingTransactions(Events events) {
			this.events = events;
		}

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.events.list.add("begin");
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.events.list.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.events.list.add("rollback");
		}

	}

}
