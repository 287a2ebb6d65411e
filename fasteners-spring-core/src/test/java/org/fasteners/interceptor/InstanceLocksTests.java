package org.fasteners.interceptor;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link InstanceLocks}.
 */
@Timeout(60)
class InstanceLocksTests {

	private final LockRegistry registry = LockRegistries.builder().build();

	private final InstanceLocks locks = new InstanceLocks();

	@Test
	void anObjectAlwaysHasTheSameLock() {
		Object object = new AllEqual();
		assertThat(this.locks.of(object, this.registry)).isSameAs(this.locks.of(object, this.registry));
		assertThat(this.locks.size()).isOne();
	}

	@Test
	void equalObjectsAreToldApart() {
		Object one = new AllEqual();
		Object other = new AllEqual();
		SharedExclusiveLock lock = this.locks.of(one, this.registry);
		SharedExclusiveLock otherLock = this.locks.of(other, this.registry);
		assertThat(otherLock).isNotSameAs(lock);
		assertThat(otherLock.name()).isNotEqualTo(lock.name());
		assertThat(other).isEqualTo(one);
	}

	@Test
	void theNameOfTheLockTellsTheClassOfTheObject() {
		assertThat(this.locks.of(new AllEqual(), this.registry).name()).startsWith(AllEqual.class.getName());
	}

	@Test
	void threadsThatAskAtTheSameTimeGetOneLock() {
		for (int round = 0; round < 100; round++) {
			Object object = new AllEqual();
			List<Background<SharedExclusiveLock>> askers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				askers.add(Background.run(() -> this.locks.of(object, this.registry)));
			}
			assertThat(askers.stream().map(Background::result).distinct()).hasSize(1);
		}
	}

	@Test
	void neitherObjectNorLockOutlivesItsUse() {
		List<WeakReference<Object>> objects = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			Object object = new AllEqual();
			try (LockHold hold = this.locks.of(object, this.registry).acquire(LockMode.EXCLUSIVE)) {
				assertThat(hold).isNotNull();
			}
			objects.add(new WeakReference<>(object));
		}
		Background.until(() -> {
			System.gc();
			return objects.stream().allMatch((reference) -> reference.refersTo(null)) && this.locks.size() == 0;
		});
	}

	@Test
	void closingTheRegistryEndsTheWaits() {
		Object object = new AllEqual();
		try (LockHold hold = this.locks.of(object, this.registry).acquire(LockMode.EXCLUSIVE)) {
			assertThat(hold).isNotNull();
			Background<LockHold> waiter = Background
				.run(() -> this.locks.of(object, this.registry).acquire(LockMode.EXCLUSIVE))
				.awaitWaiting();
			this.registry.close();
			assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result);
		}
	}

	/**
	 * Equal to all of its kind.
	 */
	private static final class AllEqual {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof AllEqual;
		}

		@Override
		public int hashCode() {
			return 1;
		}

	}

}
