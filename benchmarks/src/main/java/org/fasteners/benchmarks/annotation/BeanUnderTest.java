package org.fasteners.benchmarks.annotation;

import java.io.IOException;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A bean of an application of Spring Boot that has nothing else. One application for each
 * way to lock, so that the advice of one does not slow down another.
 *
 * @param <T> the class of the bean
 */
@State(Scope.Thread)
public abstract class BeanUnderTest<T> {

	private final Class<T> type;

	private final Class<?> configuration;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of start()
	private Counter counter;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of start()
	private T bean;

	@SuppressWarnings("NullAway.Init") // set by JMH's call of start()
	private ConfigurableApplicationContext context;

	/**
	 * Name the bean.
	 * @param type its class
	 * @param configuration makes it, with the {@link Runnable} that its methods run
	 */
	protected BeanUnderTest(Class<T> type, Class<?> configuration) {
		this.type = type;
		this.configuration = configuration;
	}

	/**
	 * Start the application.
	 * @throws IOException if it needs files that cannot be written
	 */
	@Setup
	public void start() throws IOException {
		this.counter = new Counter();
		start(this.counter);
	}

	void start(Runnable body) throws IOException {
		this.context = new SpringApplicationBuilder(this.configuration).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.registerShutdownHook(false)
			.properties(properties())
			.initializers((context) -> ((GenericApplicationContext) context).registerBean(Runnable.class, () -> body))
			.run();
		this.bean = this.context.getBean(this.type);
	}

	/**
	 * The bean as Spring gives it to others.
	 * @return the bean, or its proxy
	 */
	public T bean() {
		return this.bean;
	}

	/**
	 * Count a call.
	 * @return the argument for it
	 */
	public String nextId() {
		return this.counter.nextId();
	}

	/**
	 * What the application has to be told.
	 * @return properties as {@code name=value}
	 * @throws IOException if they name files that cannot be written
	 */
	protected String[] properties() throws IOException {
		return new String[0];
	}

	/**
	 * Compare the calls with what the bean did.
	 * @throws IllegalStateException if not every call did it
	 */
	@TearDown
	public void check() {
		this.counter.check();
	}

	/**
	 * Stop the application.
	 * @throws IOException if its files cannot be deleted
	 */
	@TearDown
	public void close() throws IOException {
		this.context.close();
	}

}
