package org.fasteners.benchmarks.annotation;

import java.io.IOException;

import org.fasteners.LockRegistry;
import org.fasteners.benchmarks.file.BenchmarkDirectory;
import org.fasteners.boot.FastenersAutoConfiguration;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The bean with the annotations of this library, set up by its starter.
 */
public class LockedTally extends BeanUnderTest<Tally> {

	@SuppressWarnings("NullAway.Init") // set by JMH's call of start()
	private BenchmarkDirectory directory;

	/**
	 * Called by JMH.
	 */
	public LockedTally() {
		super(Tally.class, Application.class);
	}

	@Override
	protected String[] properties() throws IOException {
		this.directory = BenchmarkDirectory.create();
		return new String[] { "fasteners.lock-directory=" + this.directory.path() };
	}

	@Override
	public void close() throws IOException {
		super.close();
		this.directory.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, FastenersAutoConfiguration.class })
	static class Application {

		@Bean
		Tally tally(Runnable body, LockRegistry registry) {
			return new Tally(body, registry);
		}

	}

}
