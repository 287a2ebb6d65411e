package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockPreference;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.fasteners.process.LockEngine.EnginePermits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The bytes of a semaphore. The others are further engines of this JVM: the JDK keeps
 * their locks apart as the kernel does those of other processes.
 */
@Timeout(60)
class PermitBytesTests {

	/** Never closed: that would drop all locks of this process on the file. */
	private static final List<AsynchronousFileChannel> FOREIGN = new CopyOnWriteArrayList<>();

	private static final int ENTRANCE = (1 << 18) + 4;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@BeforeEach
	void open() throws IOException {
		this.directory = this.temp.toRealPath().resolve("locks");
	}

	private FileLockEngine engine() {
		return new FileLockEngine(this.directory, LockDirectoryAccess.OWNER);
	}

	private EnginePermits process(int permits) {
		return engine().permits("reports", permits);
	}

	private static int[] take(EnginePermits process, int permits) {
		int[] taken = process.tryAcquire(permits, Attempt.POLITE);
		assertThat(taken).hasSize(permits).doesNotHaveDuplicates();
		return taken;
	}

	private static boolean mayTake(EnginePermits process, int permits) {
		return mayTake(process, permits, Attempt.POLITE);
	}

	private static boolean mayTake(EnginePermits process, int permits, Attempt attempt) {
		int[] taken = process.tryAcquire(permits, attempt);
		process.release(taken);
		return taken.length > 0;
	}

	private FileLock lockEntrance() throws IOException {
		AsynchronousFileChannel channel = AsynchronousFileChannel.open(this.directory.resolve("reports.permits"),
				StandardOpenOption.READ, StandardOpenOption.WRITE);
		FOREIGN.add(channel);
		return Objects.requireNonNull(channel.tryLock(ENTRANCE, 1, false));
	}

	private void replace(String name) throws IOException {
		Path file = this.directory.resolve(name);
		Files.move(file, file.resolveSibling("old"));
		Files.createFile(file);
		// what is known of the file is up to 10 ms old
		awaitNanos(TimeUnit.MILLISECONDS.toNanos(20));
	}

	private static void awaitNanos(long nanos) {
		long start = System.nanoTime();
		Background.until(() -> System.nanoTime() - start > nanos);
	}

	@Test
	void thereAreNoMoreThanThereAre() {
		EnginePermits one = process(3);
		EnginePermits other = process(3);
		int[] two = take(one, 2);
		int[] third = take(other, 1);
		assertThat(two).doesNotContain(third);
		assertThat(mayTake(one, 1)).isFalse();
		assertThat(mayTake(other, 1)).isFalse();
		one.release(two);
		assertThat(mayTake(other, 3)).isFalse();
		assertThat(mayTake(other, 2)).isTrue();
		other.release(third);
		assertThat(mayTake(one, 3)).isTrue();
	}

	@Test
	void anAttemptThatFailsLeavesNothing() {
		EnginePermits one = process(3);
		EnginePermits other = process(3);
		EnginePermits third = process(3);
		int[] taken = take(one, 1);
		for (int i = 0; i < 20; i++) {
			assertThat(mayTake(other, 3)).isFalse();
			int[] rest = take(third, 2);
			third.release(rest);
		}
		assertThat(taken).hasSize(1);
	}

	@Test
	void whoDoesNotWaitLetsThroughWhoDoes() {
		EnginePermits one = process(2);
		EnginePermits waiter = process(2);
		int[] taken = take(one, 1);
		assertThat(mayTake(waiter, 2, Attempt.WAITING)).isFalse();
		Background.until(() -> !mayTake(one, 1));
		awaitNanos(TimeUnit.MILLISECONDS.toNanos(2));
		assertThat(mayTake(one, 1)).as("a permit that is free but waited for").isFalse();
		one.release(taken);
		assertThat(mayTake(one, 1)).as("a permit that is free but waited for").isFalse();
		int[] both = waiter.tryAcquire(2, Attempt.WAITING);
		assertThat(both).hasSize(2);
		waiter.release(both);
		assertThat(mayTake(one, 1)).isTrue();
	}

	@Test
	void ofThoseWhoWaitOneMakesAttempts() {
		EnginePermits one = process(2);
		EnginePermits first = process(2);
		EnginePermits second = process(2);
		int[] taken = take(one, 1);
		assertThat(mayTake(first, 2, Attempt.WAITING)).isFalse();
		assertThat(mayTake(second, 1, Attempt.WAITING)).as("a permit is free").isFalse();
		one.release(taken);
		int[] both = first.tryAcquire(2, Attempt.WAITING);
		assertThat(both).hasSize(2);
		// who has won lets the next one announce itself
		assertThat(mayTake(second, 1, Attempt.WAITING)).isFalse();
		first.release(both);
		awaitNanos(TimeUnit.MILLISECONDS.toNanos(2));
		assertThat(mayTake(one, 1)).isFalse();
		assertThat(mayTake(second, 1, Attempt.WAITING)).isTrue();
	}

	@Test
	void aProcessThatHasWonByWaitingLeavesTheTurnstileToOthersForAWhile() {
		EnginePermits one = process(1);
		EnginePermits other = process(1);
		int others = 0;
		// the machine may keep the first one off its processors for longer than that
		for (int i = 0; i < 100 && others == 0; i++) {
			int[] foreign = take(other, 1);
			assertThat(mayTake(one, 1, Attempt.WAITING)).isFalse();
			other.release(foreign);
			int[] won = one.tryAcquire(1, Attempt.WAITING);
			assertThat(mayTake(one, 1, Attempt.WAITING)).isFalse();
			assertThat(mayTake(other, 1, Attempt.WAITING)).isFalse();
			one.release(won);
			others += mayTake(other, 1, Attempt.WAITING) ? 1 : 0;
			one.stopWaiting();
			other.stopWaiting();
			awaitNanos(TimeUnit.MILLISECONDS.toNanos(3));
		}
		assertThat(others).as("rounds in which the other one was next").isPositive();
	}

	@Test
	void whoGivesUpIsInNobodysWay() {
		EnginePermits one = process(1);
		EnginePermits waiter = process(1);
		int[] taken = take(one, 1);
		assertThat(mayTake(waiter, 1, Attempt.WAITING)).isFalse();
		waiter.stopWaiting();
		waiter.stopWaiting();
		one.release(taken);
		awaitNanos(TimeUnit.MILLISECONDS.toNanos(2));
		assertThat(mayTake(one, 1)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 4, 1_000 })
	void anotherNumberIsRefusedAsLongAsOneIsInUse(int number) {
		EnginePermits one = process(3);
		EnginePermits other = process(number);
		take(one, 1);
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(other, 1))
				.withMessageStartingWith("'reports' cannot be used as an inter-process lock: it is a semaphore of "
						+ number + " permits here, but of ")
				.withMessageEndingWith(": use the same number for all");
		}
		// who was refused has not brought its number into use
		assertThat(mayTake(process(3), 1)).isTrue();
	}

	@Test
	@WithKernelLocks
	void theRefusalNamesTheOtherNumberAndWhoUsesIt() {
		take(process(3), 1);
		EnginePermits other = process(2);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(other, 1))
			.satisfies((refused) -> assertThat(other.explain(refused))
				.hasMessageContaining("of 2 permits here, but of 3 for pid " + ProcessHandle.current().pid() + " ("));
	}

	@Test
	void aNumberIsInUseUntilTheSemaphoreRests() {
		EnginePermits one = process(3);
		EnginePermits other = process(2);
		assertThat(mayTake(one, 1)).isTrue();
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(other, 1));
		one.rest();
		one.rest();
		assertThat(mayTake(other, 1)).isTrue();
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(one, 1));
	}

	@Test
	void whoWaitsIsRefusedForItsNumberToo() {
		EnginePermits one = process(3);
		EnginePermits other = process(2);
		assertThat(mayTake(one, 1)).isTrue();
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(other, 1, Attempt.WAITING));
		other.stopWaiting();
		assertThat(mayTake(one, 3)).isTrue();
	}

	@Test
	void eightCopiesOfTheLibraryMayUseItInOneJvm() {
		List<EnginePermits> copies = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			EnginePermits copy = process(2);
			assertThat(mayTake(copy, 2)).isTrue();
			copies.add(copy);
		}
		EnginePermits ninth = process(2);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(ninth, 1))
			.withMessageContaining("8 copies of this library in this JVM");
		copies.get(3).rest();
		assertThat(mayTake(ninth, 1)).isTrue();
	}

	@Test
	void anAttemptThatMeetsAProcessThatBeginsIsRefusedForAMoment() throws IOException {
		assertThat(mayTake(process(1), 1)).isTrue();
		EnginePermits one = process(1);
		FileLock entrance = lockEntrance();
		for (Attempt attempt : List.of(Attempt.POLITE, Attempt.WAITING)) {
			assertThat(mayTake(one, 1, attempt)).isFalse();
			assertThat(one.isRefusedForAMoment()).isTrue();
		}
		entrance.release();
		int[] taken = take(one, 1);
		assertThat(one.isRefusedForAMoment()).isFalse();
		assertThat(mayTake(one, 1)).isFalse();
		assertThat(one.isRefusedForAMoment()).isFalse();
		one.release(taken);
	}

	@Test
	void permitsOfAReplacedFileLimitNobody() throws IOException {
		EnginePermits one = process(2);
		EnginePermits other = process(2);
		int[] old = take(one, 2);
		assertThat(mayTake(other, 1)).isFalse();
		replace("reports");
		assertThat(one.verify(old)).isEqualTo(LockState.LOST);
		int[] taken = take(other, 1);
		assertThat(mayTake(other, 1)).isTrue();
		one.release(old);
		assertThat(mayTake(one, 2)).isFalse();
		assertThat(mayTake(one, 1)).isTrue();
		other.release(taken);
		assertThat(mayTake(one, 2)).isTrue();
	}

	@Test
	void theNumberIsShownInTheNewFileToo() throws IOException {
		EnginePermits one = process(2);
		EnginePermits other = process(3);
		assertThat(mayTake(one, 1)).isTrue();
		replace("reports.permits");
		assertThat(mayTake(one, 1)).isTrue();
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(other, 1));
	}

	@Test
	void whoWaitsAtAFileThatWasReplacedGoesOverToTheNewOne() throws IOException {
		EnginePermits one = process(1);
		EnginePermits first = process(1);
		EnginePermits second = process(1);
		take(one, 1);
		assertThat(mayTake(first, 1, Attempt.WAITING)).isFalse();
		assertThat(mayTake(second, 1, Attempt.WAITING)).isFalse();
		replace("reports");
		// also one that was not the next, and so knows nothing of the old file
		assertThat(mayTake(second, 1, Attempt.WAITING)).isTrue();
		assertThat(mayTake(first, 1, Attempt.WAITING)).isTrue();
	}

	@Test
	@WithKernelLocks
	void permitsThatAreHeldAreSeenInTheKernel() throws IOException {
		EnginePermits one = process(3);
		assertThat(one.holders()).isEmpty();
		int[] taken = take(one, 2);
		assertThat(one.verify(taken)).isEqualTo(LockState.HELD);
		assertThat(one.holders()).singleElement()
			.satisfies((holder) -> assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid()))
			.extracting(LockHolder::mode)
			.isEqualTo(LockMode.SHARED);
		// to open and close a file drops all locks that the process has on it
		assertThat(Files.readString(this.directory.resolve("reports"))).isEmpty();
		assertThat(one.verify(taken)).isEqualTo(LockState.LOST);
		one.release(taken);
		assertThat(one.holders()).isEmpty();
	}

	@Test
	void aSemaphoreAndTheLocksOfItsFileAreIndependentOfOneAnother() {
		EnginePermits semaphore = process(2);
		EngineLock lock = engine().lock("reports", LockPreference.FAIR);
		EngineLock key = engine().lock("reports", "17", LockPreference.FAIR);
		assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Attempt.POLITE)).isTrue();
		assertThat(key.tryAcquire(LockMode.EXCLUSIVE, Attempt.POLITE)).isTrue();
		int[] taken = take(semaphore, 2);
		lock.release(LockMode.EXCLUSIVE);
		key.release(LockMode.EXCLUSIVE);
		assertThat(semaphore.verify(taken)).isNotEqualTo(LockState.LOST);
		assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Attempt.POLITE)).isTrue();
		assertThat(key.tryAcquire(LockMode.EXCLUSIVE, Attempt.POLITE)).isTrue();
		semaphore.release(taken);
	}

	@Test
	void aSemaphoreMayHaveAThousandPermitsAndNoMore() {
		EnginePermits most = process(1_000);
		int[] taken = take(most, 1_000);
		assertThat(mayTake(most, 1)).isFalse();
		most.release(taken);
		for (int number : new int[] { 0, -1, 1_001 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> process(number))
				.withMessage("A semaphore has from 1 to 1000 permits, so that 'reports' cannot have " + number);
		}
	}

}
