package org.fasteners.stress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import org.openjdk.jcstress.Main;

/**
 * Starts jcstress on a machine that has fewer processors than a test has actors. Run it
 * with {@code -XX:ActiveProcessorCount=3}.
 */
final class AnyProcessors {

	private AnyProcessors() {
	}

	/**
	 * Run jcstress.
	 * @param arguments the options of jcstress
	 * @throws Exception if a test failed
	 */
	public static void main(String[] arguments) throws Exception {
		/*
		 * jcstress omits each test with more actors than processors, and has no option to
		 * change that. On Linux it counts the processors of the machine; on an unknown
		 * operating system it uses the number of the JVM. Hence the name of the operating
		 * system is changed. The JDK must have read the true name before: it does so for
		 * the first child process and for the first socket.
		 */
		new ProcessBuilder("true").start().waitFor();
		open();
		System.setProperty("os.name", "elsewhere");
		Main.main(arguments);
	}

	private static void open() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			socket.getLocalPort();
		}
	}

}
