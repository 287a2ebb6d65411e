package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import org.fasteners.Background;
import org.fasteners.LockPreference;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.fasteners.process.Pauses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests among processes that use one lock directory. The other processes end with the
 * test.
 */
abstract class AmongProcesses {

	/** The lock that all of them use, unless the test says otherwise. */
	static final String NAME = "shows/hamlet";

	@TempDir
	@SuppressWarnings("NullAway.Init")
	Path temp;

	/** The lock directory, which is made by the first process. */
	@SuppressWarnings("NullAway.Init")
	Path locks;

	final List<Peer> peers = new ArrayList<>();

	@BeforeEach
	void locate() throws IOException {
		this.locks = this.temp.toRealPath().resolve("locks");
	}

	@AfterEach
	void stop() throws InterruptedException {
		for (Peer peer : this.peers) {
			peer.close();
		}
	}

	/** The lock in this process. */
	InterProcessReaderWriterLock lock(LockPreference preference) {
		return new InterProcessLocks(new FileLockEngine(this.locks, LockDirectoryAccess.OWNER), preference,
				Pauses.DEFAULT, null)
			.get(NAME);
	}

	/** Another process, to be ended with the test. */
	Peer peer(Peer peer) {
		this.peers.add(peer);
		return peer;
	}

	/** Another process that uses the lock. */
	Peer peer(LockPreference preference) throws IOException {
		return peer(Peer.java(preference, this.locks, NAME));
	}

	/** Start processes at the same time. */
	void start(int number, Callable<Peer> program) {
		IntStream.range(0, number)
			.mapToObj((i) -> Background.run(program))
			.toList()
			.forEach((peer) -> peer(peer.result()));
	}

}
