package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a child JVM: locks a file as its standard input says.
 */
final class LockedFilePeer {

	private final Path path;

	private final LockProtocol protocol;

	private @Nullable LockedFile locked;

	private LockedFilePeer(Path path, LockProtocol protocol) {
		this.path = path;
		this.protocol = protocol;
	}

	/** Starts one. */
	static Peer start(Path path, LockProtocol protocol) throws IOException {
		return Peer.program(List.of(Peer.javaExecutable(), "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp",
				System.getProperty("java.class.path"), LockedFilePeer.class.getName(), path.toString(),
				protocol.name()));
	}

	public static void main(String[] arguments) throws Exception {
		LockedFilePeer peer = new LockedFilePeer(Path.of(arguments[0]), LockProtocol.valueOf(arguments[1]));
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		String order = orders.readLine();
		while (order != null) {
			System.out.println(peer.obey(order.split(" ", -1)));
			order = orders.readLine();
		}
	}

	private String obey(String[] order) throws Exception {
		switch (order[0]) {
			case "lock" -> this.locked = open(order[1]);
			case "unlock" -> close();
			case "try" -> {
				try (LockedFile attempt = open(order[1],
						LockOption.timeout(Duration.ofMillis(Long.parseLong(order[2]))))) {
					return String.valueOf(attempt.isHeld());
				}
				catch (LockTimeoutException ex) {
					return "false";
				}
			}
			case "child" -> new ProcessBuilder("sleep", "60").start();
			case "count" -> count(this.path, this.protocol, Integer.parseInt(order[1]));
			case "verify" -> {
				LockedFile held = this.locked;
				return String.valueOf((held != null) ? held.verify() : null);
			}
			default -> throw new IllegalArgumentException(order[0]);
		}
		return "done";
	}

	private LockedFile open(String mode, OpenOption... more) throws IOException {
		OpenOption access = LockMode.valueOf(mode) == LockMode.SHARED ? LockOption.SHARED : StandardOpenOption.WRITE;
		return (more.length == 0) ? LockedFile.open(this.path, this.protocol, StandardOpenOption.READ, access)
				: LockedFile.open(this.path, this.protocol, StandardOpenOption.READ, access, more[0]);
	}

	private void close() throws IOException {
		LockedFile held = this.locked;
		if (held != null) {
			held.close();
		}
	}

	/** Each step reads a number and writes the next one into the locked file. */
	static void count(Path path, LockProtocol protocol, int times) throws IOException {
		Path inside = path.resolveSibling("inside");
		for (int i = 0; i < times; i++) {
			try (LockedFile locked = LockedFile.open(path, protocol, StandardOpenOption.READ,
					StandardOpenOption.WRITE)) {
				Files.writeString(inside, "", StandardOpenOption.CREATE_NEW);
				FileChannel channel = locked.channel();
				ByteBuffer text = ByteBuffer.allocate(20);
				channel.read(text, 0);
				int before = Integer.parseInt(StandardCharsets.UTF_8.decode(text.flip()).toString().trim());
				Thread.yield();
				channel.truncate(0);
				channel.write(StandardCharsets.UTF_8.encode(String.valueOf(before + 1)), 0);
				Files.delete(inside);
			}
		}
	}

}
