package org.fasteners.boot;

import org.apache.commons.logging.LogFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/**
 * Says that nothing is locked, when that was asked for.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "fasteners", name = "enabled", havingValue = "false")
public final class FastenersDisabledAutoConfiguration {

	FastenersDisabledAutoConfiguration() {
		LogFactory.getLog("org.fasteners").info("fasteners.enabled=false: lock annotations do not lock");
	}

}
