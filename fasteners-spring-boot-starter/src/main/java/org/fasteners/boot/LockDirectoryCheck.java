package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

import org.fasteners.LockDirectoryException;
import org.fasteners.interceptor.LockValidation;
import org.fasteners.process.file.FileLockEngine;
import org.fasteners.process.file.FileLockSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Fails the startup if the configured lock directory cannot be used, even if no code has
 * requested an inter-process lock yet. Creates nothing. Runs after the validation of the
 * annotations, which may have more to report, and before a web server accepts requests.
 */
final class LockDirectoryCheck implements SmartInitializingSingleton {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final @Nullable Path directory;

	private final FileLockSettings settings;

	private final LockValidation validation;

	LockDirectoryCheck(FastenersProperties properties) {
		FastenersProperties.InterProcess process = properties.getProcess();
		this.directory = properties.toLockDirectory();
		this.settings = FileLockSettings.DEFAULT.withAccess(process.getAccess())
			.withAllowNetworkFileSystem(process.isAllowNetworkFileSystem())
			.withProtocol(process.getFile().getProtocol());
		this.validation = properties.getValidation();
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.directory != null && this.validation != LockValidation.OFF) {
			check(this.directory);
		}
	}

	private void check(Path directory) {
		try {
			FileLockEngine.check(directory, this.settings);
		}
		catch (LockDirectoryException ex) {
			if (this.validation == LockValidation.FAIL) {
				throw ex;
			}
			LOGGER.log(Level.WARNING, ex.getMessage());
		}
	}

}
