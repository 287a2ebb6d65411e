package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link NamedLocks}.
 */
@Timeout(60)
class NamedLocksTests {

	private final NamedLocks locks = new NamedLocks(LockPreference.WRITER, null);

	@Test
	void sameNameSameLock() {
		ReaderWriterLock lock = this.locks.get("a");
		assertThat(this.locks.get("a")).isSameAs(lock);
		assertThat(this.locks.get("b")).isNotSameAs(lock);
		assertThat(lock.name()).isEqualTo("a");
		assertThatIllegalArgumentException().isThrownBy(() -> this.locks.get(""));
	}

	@Test
	void sameNameAndKeySameLock() {
		ReaderWriterLock lock = this.locks.get("orders", "4711");
		assertThat(this.locks.get("orders", new String("4711"))).isSameAs(lock);
		assertThat(lock.name()).isEqualTo("orders[4711]");
		assertThat(this.locks.get("orders", "").name()).isEqualTo("orders[]");
		assertThatIllegalArgumentException().isThrownBy(() -> this.locks.get("", "4711"))
			.withMessage("The name of a lock must not be empty");
	}

	@Test
	void keysAreIndependentOfOneAnotherAndOfTheNameHoweverTheyAreWritten() {
		List<ReaderWriterLock> different = List.of(this.locks.get("a"), this.locks.get("a", ""),
				this.locks.get("a", "b"), this.locks.get("a", "B"), this.locks.get("a", "b "), this.locks.get("ab", ""),
				this.locks.get("a[b]"), this.locks.get("a[b]", ""), this.locks.get("a", "b]["),
				this.locks.get("a[b", "]"), this.locks.get("a", "\u00e9"), this.locks.get("a", "e\u0301"),
				this.locks.get("b", "a"), this.locks.get("a", "\0"), this.locks.get("a\0"));
		different.forEach((lock) -> lock.writeLock().lock());
		assertThat(different).allSatisfy((lock) -> assertThat(lock.holdCount(LockMode.EXCLUSIVE)).isOne());
		assertThat(Background.elsewhere(() -> this.locks.get("a", "c").writeLock().tryLock())).isTrue();
		assertThat(Background.elsewhere(() -> this.locks.get("a", "b").writeLock().tryLock())).isFalse();
	}

	@Test
	void keysOfOneHashAreToldApart() {
		// "Aa" and "BB" have one hash
		List<String> keys = new ArrayList<>(List.of(""));
		for (int i = 0; i < 12; i++) {
			keys = keys.stream().flatMap((key) -> Stream.of(key + "Aa", key + "BB")).toList();
		}
		assertThat(keys).hasSize(4096).extracting(String::hashCode).containsOnly(keys.get(0).hashCode());
		List<ReaderWriterLock> made = keys.stream().map((key) -> this.locks.get("a", key)).toList();
		assertThat(made).doesNotHaveDuplicates();
		assertThat(keys.stream().map((key) -> this.locks.get("a", key))).containsExactlyElementsOf(made);
	}

	@Test
	void aNameIsText() {
		for (String name : List.of("\ud800", "a\udc00", "\ud83d", "\ude00\ud83d")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.locks.get(name))
				.withMessage("The name of a lock must be text, but this one has a lone surrogate");
			assertThatIllegalArgumentException().isThrownBy(() -> this.locks.get(name, "4711"))
				.withMessage("The name of a lock must be text, but this one has a lone surrogate");
		}
		assertThat(this.locks.size()).isZero();
		assertThat(this.locks.get("\ud83d\ude00").name()).isEqualTo("\ud83d\ude00");
	}

	@Test
	void aKeyIsTextAndAnyText() {
		for (String key : List.of("\ud800", "a\udc00", "\ud83d", "\ude00\ud83d")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.locks.get("a", key))
				.withMessage("A key must be text, but this one has a lone surrogate");
		}
		this.locks.get("a", "\ud83d\ude00\n'\0/../").acquire(LockMode.EXCLUSIVE).close();
	}

	@Test
	void aKeyIsReEnteredByWhoeverHoldsIt() {
		try (LockHold outer = this.locks.get("a", "b").acquire(LockMode.EXCLUSIVE);
				LockHold inner = this.locks.get("a", "b").acquire(LockMode.SHARED)) {
			assertThat(this.locks.get("a", "b").holdCount(LockMode.EXCLUSIVE)).isOne();
			assertThat(this.locks.get("a", "b").holdCount(LockMode.SHARED)).isOne();
			assertThat(this.locks.get("a").isHeld(LockMode.EXCLUSIVE)).isFalse();
		}
		assertThat(this.locks.get("a", "b").isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	@Test
	void aMillionKeysLeaveNothingBehind() {
		for (int i = 0; i < 1_000_000; i++) {
			this.locks.get("orders", "key " + i).acquire(LockMode.EXCLUSIVE).close();
		}
		Background.until(() -> {
			System.gc();
			return this.locks.size() == 0;
		});
	}

	@Test
	void whatIsSetForANameHoldsForItAndItsKeys() {
		List<String> asked = new ArrayList<>();
		NamedLocks set = new NamedLocks((name) -> {
			asked.add(name);
			return name.equals("a") ? new LockSettings(Duration.ofSeconds(3), LockPreference.FAIR) : LockSettings.NONE;
		});
		for (ReaderWriterLock lock : List.of(set.get("a"), set.get("a", "x"), set.get("a", ""))) {
			assertThat(lock.defaultTimeout()).contains(Duration.ofSeconds(3));
			assertThat(lock.preference()).isEqualTo(LockPreference.FAIR);
		}
		for (ReaderWriterLock lock : List.of(set.get("b"), set.get("b", "a"), set.get("a[x]"))) {
			assertThat(lock.defaultTimeout()).isEmpty();
			assertThat(lock.preference()).isEqualTo(LockPreference.WRITER);
		}
		assertThat(asked).containsExactly("a", "a", "a", "b", "b", "a[x]");
	}

	@Test
	void whoFindsALockDoesNotAskWhatIsSet() {
		List<String> asked = new ArrayList<>();
		NamedLocks set = new NamedLocks((name) -> {
			asked.add(name);
			return LockSettings.NONE;
		});
		List<ReaderWriterLock> made = List.of(set.get("a"), set.get("a", "x"));
		assertThat(List.of(set.get("a"), set.get("a", "x"))).isEqualTo(made);
		assertThat(asked).containsExactly("a", "a");
	}

	/** As a table that held its own lock meanwhile would not survive. */
	@Test
	void whoIsAskedWhatIsSetMayAskForOtherLocks() {
		List<NamedLocks> self = new ArrayList<>();
		NamedLocks set = new NamedLocks((name) -> {
			if (name.equals("a")) {
				for (int i = 0; i < 1_000; i++) {
					self.get(0).get("other " + i).acquire(LockMode.EXCLUSIVE).close();
				}
			}
			return LockSettings.NONE;
		});
		self.add(set);
		assertThat(set.get("a", "x").name()).isEqualTo("a[x]");
		assertThat(set.get("a").name()).isEqualTo("a");
	}

	@Test
	void namesThatAreUsedOnceLeaveNothingBehind() {
		for (int i = 0; i < 100_000; i++) {
			this.locks.get("name " + i).acquire(LockMode.SHARED).close();
		}
		Background.until(() -> {
			System.gc();
			return this.locks.size() < 100;
		});
	}

	@Test
	void aHeldLockIsNotForgottenThoughNobodyRefersToIt() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		CountDownLatch held = new CountDownLatch(1);
		Background<Boolean> holder = Background.start(() -> {
			this.locks.get("held").writeLock().lock();
			held.countDown();
			done.await();
			this.locks.get("held").writeLock().unlock();
		});
		held.await();
		assertThat(collected()).isTrue();
		assertThat(this.locks.get("held").writeLock().tryLock()).isFalse();
		done.countDown();
		holder.result();
		assertThat(this.locks.get("held").writeLock().tryLock()).isTrue();
	}

	/** Whether the collector has run, seen by a lock that nobody holds. */
	private boolean collected() {
		this.locks.get("free");
		Background.until(() -> {
			System.gc();
			return this.locks.size() == 1;
		});
		return true;
	}

	@Test
	void underChurnANameLeadsToOneLockAtATime() {
		underChurn(() -> this.locks.get("churn"));
	}

	@Test
	void underChurnAKeyLeadsToOneLockAtATime() {
		underChurn(() -> this.locks.get("churn", "key"));
	}

	private void underChurn(Supplier<ReaderWriterLock> lock) {
		int[] unguarded = new int[1];
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			threads.add(Background.start(() -> {
				for (int n = 0; n < 3_000; n++) {
					lock.get().writeLock().lock();
					if (n % 150 == 0) {
						System.gc();
					}
					unguarded[0]++;
					lock.get().writeLock().unlock();
				}
			}));
		}
		threads.forEach(Background::result);
		assertThat(unguarded[0]).isEqualTo(12_000);
	}

	@Test
	void afterCloseNobodyWaitsButAFreeLockIsGranted() {
		LockHold hold = this.locks.get("a").acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Background.start(() -> this.locks.get("a").writeLock().lock()).awaitWaiting();
		this.locks.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result);
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(Background.start(() -> this.locks.get("a").acquire(LockMode.SHARED))::result);
		this.locks.get("new").acquire(LockMode.EXCLUSIVE).close();
		this.locks.close();
		hold.close();
	}

}
