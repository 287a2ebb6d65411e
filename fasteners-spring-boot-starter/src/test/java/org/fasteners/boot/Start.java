package org.fasteners.boot;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Starts real applications for tests.
 */
final class Start {

	private Start() {
	}

	/** Start an application with the auto-configurations of this library alone. */
	static ConfigurableApplicationContext application(Class<?> bean, String... properties) {
		return run(prepare(WebApplicationType.NONE, List.of(Application.class, bean)), properties);
	}

	/** Start an application with those auto-configurations in the given environment. */
	static ConfigurableApplicationContext application(Class<?> bean, ConfigurableEnvironment environment,
			String... properties) {
		SpringApplication application = prepare(WebApplicationType.NONE, List.of(Application.class, bean));
		application.setEnvironment(environment);
		return run(application, properties);
	}

	/** Start an application with all auto-configurations that apply. */
	static ConfigurableApplicationContext fullApplication(Class<?> configuration, String... properties) {
		return run(prepare(WebApplicationType.NONE, List.of(FullApplication.class, configuration)), properties);
	}

	/** Start an application with all auto-configurations that apply, and a server. */
	static ConfigurableApplicationContext webApplication(WebApplicationType type, Class<?> configuration,
			String... properties) {
		return run(prepare(type, List.of(FullApplication.class, configuration)), properties);
	}

	private static SpringApplication prepare(WebApplicationType type, List<Class<?>> sources) {
		SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
		application.setMainApplicationClass(sources.get(0));
		application.setBannerMode(Banner.Mode.OFF);
		application.setWebApplicationType(type);
		application.setRegisterShutdownHook(false);
		return application;
	}

	private static ConfigurableApplicationContext run(SpringApplication application, String... properties) {
		List<String> arguments = new ArrayList<>();
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return application.run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, PropertyPlaceholderAutoConfiguration.class,
			FastenersAutoConfiguration.class })
	static class Application {

	}

	/**
	 * Excludes Spring Security, of which only method security is on the class path.
	 * (Spring Boot 4 has its auto-configurations in a separate module.)
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
			"org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
			"org.springframework.boot.autoconfigure.security.reactive.ReactiveSecurityAutoConfiguration",
			"org.springframework.boot.autoconfigure.security.reactive.ReactiveUserDetailsServiceAutoConfiguration" })
	static class FullApplication {

	}

}
