package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.fasteners.Background;
import org.fasteners.LockContract;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.thread.ReaderWriterLock.Owner;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link ReaderWriterLock}: the contract, and what is special about it.
 */
class ReaderWriterLockTests extends LockContract {

	private final ReaderWriterLock lock = new ReaderWriterLock("catalog");

	@Override
	protected SharedExclusiveLock lock() {
		return this.lock;
	}

	@Override
	protected SharedExclusiveLock lockWithDefaultTimeout(Duration timeout) {
		return ReaderWriterLock.builder().name("catalog").defaultTimeout(timeout).build();
	}

	@Test
	void aWriterGoesBeforeReadersThatCameEarlier() {
		List<String> order = Collections.synchronizedList(new ArrayList<>());
		LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> reader = note(LockMode.SHARED, order).awaitWaiting();
		Background<Boolean> writer = note(LockMode.EXCLUSIVE, order).awaitWaiting();
		hold.close();
		writer.result();
		reader.result();
		assertThat(order).containsExactly("EXCLUSIVE", "SHARED");
	}

	private Background<Boolean> note(LockMode mode, List<String> order) {
		return Background.run(() -> {
			try (LockHold hold = this.lock.acquire(mode)) {
				return order.add(mode.name());
			}
		});
	}

	@Test
	void tryLockWithoutATimeMayOvertakeAWaitingWriter() {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		assertThat(Background.elsewhere(() -> {
			boolean locked = this.lock.readLock().tryLock();
			this.lock.readLock().unlock();
			return locked;
		})).isTrue();
		read.close();
		writer.result();
	}

	@Test
	void ownerIsWriterReaderOrNobody() {
		assertThat(this.lock.owner()).isEqualTo(Owner.NONE);
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		LockHold read = this.lock.acquire(LockMode.SHARED);
		assertThat(this.lock.owner()).isEqualTo(Owner.WRITER);
		assertThat(this.lock.isWriter(false)).isTrue();
		assertThat(this.lock.isReader()).isTrue();
		write.close();
		assertThat(this.lock.owner()).isEqualTo(Owner.READER);
		assertThat(this.lock.isWriter(false)).isFalse();
		assertThat(this.lock.isReader()).isTrue();
		read.close();
		assertThat(this.lock.owner()).isEqualTo(Owner.NONE);
		assertThat(this.lock.isReader()).isFalse();
	}

	@Test
	void pendingWritersAreTold() {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		assertThat(this.lock.hasPendingWriters()).isFalse();
		Background<Boolean> writer = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		assertThat(this.lock.hasPendingWriters()).isTrue();
		read.close();
		writer.result();
		assertThat(this.lock.hasPendingWriters()).isFalse();
	}

	@Test
	void aWriterThatReadsWhileAnotherWriterWaitsDoesNotDeadlock() {
		for (int i = 0; i < 1000; i++) {
			Background<Boolean> other = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close());
			try (LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
					LockHold read = this.lock.acquire(LockMode.SHARED)) {
				assertThat(this.lock.isWriter(false)).isTrue();
			}
			other.result();
		}
	}

	@Test
	void closingEndsWaitsAndDisturbsNoHolder() {
		LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Background.start(() -> this.lock.acquire(LockMode.SHARED)).awaitWaiting();
		this.lock.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result)
			.withMessageContaining("'catalog'");
		this.lock.acquire(LockMode.SHARED).close();
		hold.close();
		this.lock.acquire(LockMode.EXCLUSIVE).close();
		assertFree();
	}

}
