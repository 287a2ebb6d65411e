package org.fasteners.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.Release;
import org.h2.Driver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with a real database: the next holder of a lock sees what the previous holder has
 * committed.
 */
@Timeout(120)
class TransactionIntegrationTests {

	private static final int THREADS = 4;

	private static final int ROUNDS = 100;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, FastenersAutoConfiguration.class))
		.withUserConfiguration(Bank.class);

	@Test
	void theLockIsTakenBeforeTheTransactionBeginsAndReleasedAfterTheCommit() {
		this.contextRunner.run((context) -> {
			context.getBean(Teller.class).recorded();
			assertThat(context.getBean(Events.class).list).containsExactly("lock", "begin", "body", "commit", "unlock");
		});
	}

	@Test
	void theLockIsAcquiredInsideATransactionThatIsOrderedFartherOutAndReleasedAfterTheCommit() {
		this.contextRunner.withUserConfiguration(TransactionsFarOut.class).run((context) -> {
			context.getBean(Teller.class).recorded();
			assertThat(context.getBean(Events.class).list).containsExactly("begin", "lock", "body", "commit", "unlock");
		});
	}

	@Test
	void theLockCanBeOrderedOutsideSuchATransaction() {
		this.contextRunner.withPropertyValues("fasteners.aop.order=" + (TransactionsFarOut.ORDER - 1))
			.withUserConfiguration(TransactionsFarOut.class)
			.run((context) -> {
				context.getBean(Teller.class).recorded();
				assertThat(context.getBean(Events.class).list).containsExactly("lock", "begin", "body", "commit",
						"unlock");
			});
	}

	@Test
	void theNextHolderSeesWhatWasCommitted() {
		this.contextRunner.run((context) -> {
			Teller teller = context.getBean(Teller.class);
			LockRegistry registry = context.getBean(LockRegistry.class);
			JdbcTemplate outside = new JdbcTemplate(context.getBean(DataSource.class));
			for (int round = 1; round <= 20; round++) {
				Background<Boolean> payer = Background.run(() -> {
					teller.pay();
					return true;
				});
				int seen = 0;
				while (seen < round) {
					// the payer does not hold the lock now: all of its payment is
					// visible, or
					// none
					try (LockHold hold = registry.lock("account").acquire()) {
						assertThat(hold).isNotNull();
						seen = balance(outside);
						assertThat(seen).isIn(round - 1, round);
						assertThat(balanceOfCopy(outside)).isEqualTo(seen);
					}
				}
				assertThat(payer.result()).isTrue();
			}
		});
	}

	@Test
	void noPaymentIsLost() {
		this.contextRunner.run((context) -> {
			Teller teller = context.getBean(Teller.class);
			List<Background<Boolean>> payers = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				payers.add(Background.run(() -> {
					for (int round = 0; round < ROUNDS; round++) {
						teller.pay();
					}
					return true;
				}));
			}
			for (Background<Boolean> payer : payers) {
				assertThat(payer.result()).isTrue();
			}
			assertThat(balance(new JdbcTemplate(context.getBean(DataSource.class)))).isEqualTo(THREADS * ROUNDS);
		});
	}

	/** The reason for release = AUTO. */
	@Test
	void releasedOnReturnWithinAnOpenTransactionAnUpdateIsLost() {
		this.contextRunner.run((context) -> {
			Teller teller = context.getBean(Teller.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			CountDownLatch read = new CountDownLatch(1);
			Background<Boolean> other = Objects.requireNonNull(transaction.execute((status) -> {
				teller.addHastily(() -> {
				});
				Background<Boolean> next = Background.run(() -> Objects
					.requireNonNull(transaction.execute((inner) -> teller.addHastily(read::countDown))));
				// the other thread holds the lock, but does not see uncommitted changes
				assertThat(await(read)).isTrue();
				return next;
			}));
			assertThat(other.result()).isTrue();
			assertThat(balance(new JdbcTemplate(context.getBean(DataSource.class)))).isEqualTo(1);
		});
	}

	@Test
	void keptUntilTheCommitOfAnOpenTransactionNoUpdateIsLost() {
		this.contextRunner.run((context) -> {
			Teller teller = context.getBean(Teller.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			Background<Boolean> other = Objects.requireNonNull(transaction.execute((status) -> {
				// acquired several times in one transaction
				for (int i = 0; i < 3; i++) {
					teller.add();
				}
				return Background.run(() -> Objects.requireNonNull(transaction.execute((inner) -> teller.add())))
					.awaitWaiting();
			}));
			assertThat(other.result()).isTrue();
			assertThat(balance(new JdbcTemplate(context.getBean(DataSource.class)))).isEqualTo(4);
			assertThat(context.getBean(LockRegistry.class).lock("account").isHeld()).isFalse();
		});
	}

	@Test
	void noUpdateOfOpenTransactionsIsLostWithManyThreads() {
		this.contextRunner.run((context) -> {
			Teller teller = context.getBean(Teller.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			List<Background<Boolean>> crowd = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				crowd.add(Background.run(() -> {
					for (int round = 0; round < ROUNDS / 4; round++) {
						transaction.executeWithoutResult((status) -> {
							teller.add();
							teller.add();
						});
					}
					return true;
				}));
			}
			for (Background<Boolean> one : crowd) {
				assertThat(one.result()).isTrue();
			}
			assertThat(balance(new JdbcTemplate(context.getBean(DataSource.class)))).isEqualTo(THREADS * ROUNDS / 2);
		});
	}

	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int balance(JdbcTemplate database) {
		return Objects.requireNonNull(database.queryForObject("select balance from account", Integer.class));
	}

	private static int balanceOfCopy(JdbcTemplate database) {
		return Objects.requireNonNull(database.queryForObject("select balance from copy", Integer.class));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Bank {

		@Bean
		DataSource dataSource() {
			SimpleDriverDataSource dataSource = new SimpleDriverDataSource(new Driver(),
					"jdbc:h2:mem:bank;DB_CLOSE_DELAY=-1");
			JdbcTemplate database = new JdbcTemplate(dataSource);
			database.execute("drop all objects");
			database.execute("create table account (balance int) as select 0");
			database.execute("create table copy (balance int) as select 0");
			return dataSource;
		}

		@Bean
		DataSourceTransactionManager transactionManager(DataSource dataSource, Events events) {
			return new RecordingTransactions(dataSource, events);
		}

		@Bean
		Events events() {
			return new Events();
		}

		@Bean
		Teller teller(DataSource dataSource, Events events) {
			return new Teller(new JdbcTemplate(dataSource), events);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = TransactionsFarOut.ORDER)
	static class TransactionsFarOut {

		static final int ORDER = 5;

	}

	static class Events {

		final List<String> list = new CopyOnWriteArrayList<>();

	}

	static class Teller {

		private final JdbcTemplate database;

		private final Events events;

		private final RecordingLock lock;

		Teller(JdbcTemplate database, Events events) {
			this.database = database;
			this.events = events;
			this.lock = new RecordingLock(events);
		}

		Lock getLock() {
			return this.lock;
		}

		@Locked(using = "lock")
		@Transactional
		public void recorded() {
			this.events.list.add("body");
		}

		/** Joins the transaction of its caller. */
		@Locked("account")
		public boolean add() {
			return update(() -> {
			});
		}

		@Locked(value = "account", release = Release.ON_RETURN)
		public boolean addHastily(Runnable afterRead) {
			return update(afterRead);
		}

		private boolean update(Runnable afterRead) {
			int balance = balance(this.database);
			afterRead.run();
			return this.database.update("update account set balance = ?", balance + 1) == 1;
		}

		/** Reads, computes and writes, and relies on the lock for isolation. */
		@Locked("account")
		@Transactional
		public void pay() {
			int balance = balance(this.database);
			this.database.update("update account set balance = ?", balance + 1);
			this.database.update("update copy set balance = ?", balance + 1);
		}

	}

	static class RecordingTransactions extends DataSourceTransactionManager {

		private static final long serialVersionUID = 1L;

		private final transient Events events;

		RecordingTransactions(DataSource dataSource, Events events) {
			super(dataSource);
			this.events = events;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.events.list.add("begin");
			super.doBegin(transaction, definition);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			super.doCommit(status);
			this.events.list.add("commit");
		}

	}

	static class RecordingLock implements Lock {

		private final ReentrantLock lock = new ReentrantLock();

		private final Events events;

		RecordingLock(Events events) {
			this.events = events;
		}

		@Override
		public void lock() {
			this.lock.lock();
			this.events.list.add("lock");
		}

		@Override
		public void lockInterruptibly() throws InterruptedException {
			this.lock.lockInterruptibly();
			this.events.list.add("lock");
		}

		@Override
		public boolean tryLock() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean tryLock(long time, TimeUnit unit) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void unlock() {
			this.events.list.add("unlock");
			this.lock.unlock();
		}

		@Override
		public Condition newCondition() {
			throw new UnsupportedOperationException();
		}

	}

}
