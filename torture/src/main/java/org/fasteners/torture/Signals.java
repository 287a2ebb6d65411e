package org.fasteners.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * Sends signals that Java cannot send, by a shell that is always there: to start a
 * program for each would take so long that the section that was to be hit is over.
 */
final class Signals implements AutoCloseable {

	private final Process shell;

	private final PrintWriter orders;

	private final BufferedReader answers;

	Signals() throws IOException {
		this.shell = new ProcessBuilder("sh").redirectError(Redirect.DISCARD).start();
		this.orders = new PrintWriter(this.shell.outputWriter(StandardCharsets.UTF_8), true);
		this.answers = this.shell.inputReader(StandardCharsets.UTF_8);
	}

	/** Returns when the signal is sent. */
	void send(String signal, long pid) throws IOException {
		this.orders.println("kill -s " + signal + " " + pid + "; echo sent");
		if (this.answers.readLine() == null) {
			throw new IOException("The shell that sends signals has ended");
		}
	}

	@Override
	public void close() {
		this.shell.destroy();
	}

}
