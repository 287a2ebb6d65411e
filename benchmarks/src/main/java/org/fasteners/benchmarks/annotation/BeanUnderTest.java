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
 * The only bean of a Spring Boot application. There is one application per kind of lock,
 * so that the advice of one does not slow down another.
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
	 * Create the state.
	 * @param type the class of the bean
	 * @param configuration creates the bean, with the {@link Runnable} that its methods
	 * run
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
	 * Return the bean as Spring injects it.
	 * @return the bean, or its proxy
	 */
	public T bean() {
		return this.bean;
	}

	/**
	 * Count a call.
	 * @return the argument of the call
	 */
	public String nextId() {
		return this.counter.nextId();
	}

	/**
	 * Return the properties of the application.
	 * @return properties as {@code name=value}
	 * @throws IOException if they name files that cannot be written
	 */
	protected String[] properties() throws IOException {
		return new String[0];
	}

	/**
	 * Check that each call has run the body.
	 * @throws IllegalStateException if a call has not
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
