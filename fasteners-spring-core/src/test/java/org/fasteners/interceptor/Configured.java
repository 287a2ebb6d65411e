package org.fasteners.interceptor;

import org.fasteners.LockRegistry;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The annotations switched on, with a registry that has no lock directory.
 */
@Configuration(proxyBeanMethods = false)
@EnableFasteners
class Configured {

	@Bean
	LockRegistry locks() {
		return LockRegistries.builder().build();
	}

}
