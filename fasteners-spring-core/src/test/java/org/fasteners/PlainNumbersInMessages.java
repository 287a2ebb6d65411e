package org.fasteners;

import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test during which the library passed a number or a date to a message of its
 * log: {@link java.text.MessageFormat} would write it with the digits and the grouping of
 * the default locale ({@code 100,001}), which no search finds. Such an argument is to be
 * passed as {@link String#valueOf(Object)}. Registered for all tests by
 * {@code junit-platform.properties}.
 */
public final class PlainNumbersInMessages extends Handler implements BeforeEachCallback, AfterEachCallback {

	private static final Logger LOGGER = Logger.getLogger("org.fasteners");

	private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

	@Override
	public void beforeEach(ExtensionContext context) {
		if (Arrays.stream(LOGGER.getHandlers()).noneMatch(PlainNumbersInMessages.class::isInstance)) {
			LOGGER.addHandler(this);
		}
	}

	@Override
	public void afterEach(ExtensionContext context) {
		List<String> found = List.copyOf(FOUND);
		FOUND.clear();
		if (!found.isEmpty()) {
			throw new AssertionError("Logged with arguments that depend on the default locale: " + found);
		}
	}

	@Override
	public void publish(LogRecord message) {
		Object[] arguments = message.getParameters();
		if (arguments != null && Arrays.stream(arguments).anyMatch(PlainNumbersInMessages::dependsOnTheLocale)) {
			FOUND.add(message.getMessage());
		}
	}

	private static boolean dependsOnTheLocale(Object argument) {
		return argument instanceof Number || argument instanceof Date || argument instanceof Calendar;
	}

	@Override
	public void flush() {
		// nothing is kept back
	}

	@Override
	public void close() {
		// stays as long as there are tests
	}

}
