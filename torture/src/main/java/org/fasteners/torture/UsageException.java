package org.fasteners.torture;

/**
 * The run cannot start as it was asked for; the message says why.
 */
final class UsageException extends Exception {

	private static final long serialVersionUID = 1;

	UsageException(String message) {
		super(message);
	}

}
