package org.fasteners.torture;

/**
 * Thrown if the options are invalid or the run cannot start; the message says why.
 */
final class UsageException extends Exception {

	private static final long serialVersionUID = 1;

	UsageException(String message) {
		super(message);
	}

}
