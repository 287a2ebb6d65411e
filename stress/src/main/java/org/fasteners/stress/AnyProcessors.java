package org.fasteners.stress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import org.openjdk.jcstress.Main;

/**
 * Starts jcstress on a machine with fewer processors than a test has actors. To be run
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
		 * jcstress leaves out each test with more actors than processors, and there is no
		 * option against that: on Linux it counts those of the machine. Elsewhere it
		 * believes the JVM, so this is elsewhere. The JDK must have looked already where
		 * it is: as it does for the first child process and for the first socket.
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
