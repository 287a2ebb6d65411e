package org.fasteners.process.file;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * The warnings that are logged while it is open.
 */
final class Warnings extends Handler implements AutoCloseable {

	private static final Logger LOGGER = Logger.getLogger("org.fasteners");

	final List<String> messages = new CopyOnWriteArrayList<>();

	Warnings() {
		LOGGER.addHandler(this);
	}

	@Override
	public void publish(LogRecord message) {
		if (message.getLevel().equals(Level.WARNING)) {
			this.messages.add(new SimpleFormatter().formatMessage(message));
		}
	}

	@Override
	public void flush() {
		// nothing is kept back
	}

	@Override
	public void close() {
		LOGGER.removeHandler(this);
	}

}
