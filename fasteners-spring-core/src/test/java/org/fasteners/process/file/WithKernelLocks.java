package org.fasteners.process.file;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.condition.EnabledIf;

/**
 * For tests of what the kernel says of its locks. Only Linux lists them, in
 * {@code /proc/locks}; elsewhere such a test is skipped.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "org.fasteners.process.file.WithKernelLocks$Table#isThere",
		disabledReason = "The kernel lists no locks: there is no /proc/locks")
@interface WithKernelLocks {

	/**
	 * The kernel's table of locks.
	 */
	final class Table {

		private Table() {
		}

		static boolean isThere() {
			return Files.exists(Path.of("/proc/locks"));
		}

	}

}
