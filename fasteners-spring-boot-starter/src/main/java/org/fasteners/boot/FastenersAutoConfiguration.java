package org.fasteners.boot;

import java.nio.file.Path;

import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the lock annotations and for a {@link LockRegistry}. With
 * {@code fasteners.enabled=false}, annotated methods run without acquiring their locks.
 * The registry is available even then, for code that acquires locks itself.
 */
@AutoConfiguration
@EnableConfigurationProperties(FastenersProperties.class)
@Import(LockAdviceRegistrar.class)
public final class FastenersAutoConfiguration {

	FastenersAutoConfiguration() {
	}

	@Bean
	static LockSettingsCheck fastenersLockSettingsCheck(Environment environment) {
		return new LockSettingsCheck(environment);
	}

	@Bean
	static SharedRegistryCheck fastenersSharedRegistryCheck() {
		return new SharedRegistryCheck();
	}

	@Bean
	ConfiguredLocks fastenersConfiguredLocks(FastenersProperties properties) {
		return new ConfiguredLocks(properties);
	}

	@Bean
	@ConditionalOnMissingBean(LockRegistry.class)
	LockRegistry fastenersLockRegistry(FastenersProperties properties, ConfiguredLocks configured,
			ApplicationEventPublisher events) {
		FastenersProperties.InterProcess process = properties.getProcess();
		LockRegistries.Builder builder = LockRegistries.builder()
			.access(process.getAccess())
			.allowNetworkFileSystem(process.isAllowNetworkFileSystem())
			.keyFiles(process.getKeyFiles())
			.protocol(process.getFile().getProtocol())
			.pauses(process.getPause().toPauses())
			.lockSettings(configured::threadLock)
			.processLockSettings(configured::processLock);
		if (process.getPreference() != null) {
			builder.processPreference(process.getPreference());
		}
		if (process.getWatchdogInterval() != null) {
			builder.watchdog(process.getWatchdogInterval(),
					(theft) -> events.publishEvent(new LockStolenEvent(theft.lockName(), theft)));
		}
		Path lockDirectory = properties.toLockDirectory();
		if (lockDirectory != null) {
			builder.lockDirectory(lockDirectory);
		}
		if (properties.getDefaultTimeout() != null) {
			builder.defaultTimeout(properties.getDefaultTimeout());
		}
		return builder.build();
	}

}
