package org.fasteners.boot;

import java.nio.file.Path;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.h2.Driver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a full application with locks, transactions and asynchronous methods starts,
 * works and stops without a warning.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class QuietStartIntegrationTests {

	@Test
	void nothingWarnsWhileAnApplicationStartsWorksAndStops(@TempDir Path directory, CapturedOutput output) {
		try (ConfigurableApplicationContext context = Start.fullApplication(Office.class,
				"fasteners.lock-directory=" + directory)) {
			Clerk clerk = context.getBean(Clerk.class);
			assertThat(AopUtils.isAopProxy(clerk)).isTrue();
			assertThat(clerk.count()).isOne();
			assertThat(clerk.read()).isEqualTo("read");
			assertThat(context.getBean(Note.class).text()).isEqualTo("text");
		}
		assertThat(output.getAll()).containsPattern("Started .*FullApplication");
		// Jackson scans this package, with an annotation that another test defines
		// wrongly on purpose; Spring warns of it once per JVM
		String log = output.getAll()
			.lines()
			.filter((line) -> !line.contains("PeerDefectsIntegrationTests$OwnLocked"))
			.collect(Collectors.joining("\n"));
		assertThat(log).doesNotContain(" WARN ", " ERROR ", "WARNING:", "SEVERE:")
			.doesNotContain("is not eligible for getting processed by all BeanPostProcessors")
			.doesNotContain("\tat ");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@EnableScheduling
	@EnableTransactionManagement
	static class Office {

		@Bean
		DataSource dataSource() {
			return new SimpleDriverDataSource(new Driver(), "jdbc:h2:mem:quiet;DB_CLOSE_DELAY=-1");
		}

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new DataSourceTransactionManager(dataSource);
		}

		@Bean
		static BeanPostProcessor anotherPostProcessor() {
			return new BeanPostProcessor() {
			};
		}

		@Bean
		Clerk clerk(DataSource dataSource) {
			return new Clerk(new JdbcTemplate(dataSource));
		}

		@Bean
		@Scope("prototype")
		Note note() {
			return new Note();
		}

	}

	@Locked("clerk")
	static class Clerk {

		private final JdbcTemplate database;

		Clerk(JdbcTemplate database) {
			this.database = database;
		}

		@WriteLocked("clerk")
		@Transactional
		public Integer count() {
			return this.database.queryForObject("select 1", Integer.class);
		}

		@InterProcessReadLocked("clerk")
		public String read() {
			return "read";
		}

		@Async
		public void later() {
		}

		@Scheduled(fixedDelay = 3_600_000)
		public void everyHour() {
		}

	}

	static class Note {

		@ReadLocked
		String text() {
			return "text";
		}

	}

}
