package org.fasteners.interceptor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What the library logs while this is open: each message with its level.
 */
final class LogMessages extends Handler implements AutoCloseable {

	private final List<String> list = new CopyOnWriteArrayList<>();

	private final Logger logger = Logger.getLogger("org.fasteners");

	LogMessages() {
		this.logger.addHandler(this);
	}

	List<String> list() {
		return this.list;
	}

	@Override
	public void publish(LogRecord entry) {
		this.list.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
	}

	@Override
	public void flush() {
		// nothing is kept back
	}

	@Override
	public void close() {
		this.logger.removeHandler(this);
	}

}
