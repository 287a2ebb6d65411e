package org.fasteners.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * Sends signals that Java cannot send, through a shell that runs all the time. Starting a
 * program for each signal would take longer than the section that the signal is to hit.
 */
final class Signals implements AutoCloseable {

	private final Process shell;

	private final PrintWriter commands;

	private final BufferedReader answers;

	Signals() throws IOException {
		this.shell = new ProcessBuilder("sh").redirectError(Redirect.DISCARD).start();
		this.commands = new PrintWriter(this.shell.outputWriter(StandardCharsets.UTF_8), true);
		this.answers = this.shell.inputReader(StandardCharsets.UTF_8);
	}

	/** Send a signal. Returns after the signal is sent. */
	void send(String signal, long pid) throws IOException {
		this.commands.println("kill -s " + signal + " " + pid + "; echo sent");
		if (this.answers.readLine() == null) {
			throw new IOException("Could not send a signal: the shell has ended");
		}
	}

	@Override
	public void close() {
		this.shell.destroy();
	}

}
