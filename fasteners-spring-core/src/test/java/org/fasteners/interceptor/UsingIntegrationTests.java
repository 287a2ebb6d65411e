package org.fasteners.interceptor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.ExclusiveLock;
import org.fasteners.LockHold;
import org.fasteners.LockMisuseException;
import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.thread.ReaderWriterLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * An annotation with {@code using} takes the locks that a member of the bean instance
 * holds.
 */
@Timeout(60)
class UsingIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final List<String> events = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.context.close();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void oneThreadAtATimeRunsTheBody(String member, BiConsumer<Members, Runnable> method) {
		Members members = start(Members.class);
		Gauge.assertAlone((body) -> method.accept(members, body));
	}

	static Stream<Arguments> oneThreadAtATimeRunsTheBody() {
		return Stream.of(exclusive("a field with a lock", Members::byField),
				exclusive("a field with a read-write lock", Members::byReadWriteField),
				exclusive("a field with a lock of this library", Members::byOurs),
				exclusive("a field with the exclusive side of one", Members::byOurExclusiveSide),
				exclusive("a field of the superclass", Members::byFieldOfTheSuperclass),
				exclusive("a static field", Members::byStaticField), exclusive("a getter", Members::byGetter),
				exclusive("a method of that name", Members::byAccessor),
				exclusive("a getter of the superclass", Members::byGetterOfTheSuperclass),
				exclusive("a list", Members::byList), exclusive("an array", Members::byArray),
				exclusive("anything that turns out to be a lock", Members::byObject));
	}

	private static Arguments exclusive(String name, BiConsumer<Members, Runnable> method) {
		return arguments(name, method);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void readersAreInsideTogetherAndWritersWait(String member, BiConsumer<Members, Runnable> read,
			BiConsumer<Members, Runnable> write) {
		Members members = start(Members.class);
		CyclicBarrier together = new CyclicBarrier(2);
		Background<Boolean> other = Background.start(() -> read.accept(members, () -> meet(together)));
		List<Background<Boolean>> writer = new ArrayList<>();
		read.accept(members, () -> {
			meet(together);
			writer.add(Background.start(() -> write.accept(members, () -> this.events.add("write"))).awaitWaiting());
			this.events.add("read");
		});
		other.result();
		writer.forEach(Background::result);
		assertThat(this.events).containsExactly("read", "write");
	}

	static Stream<Arguments> readersAreInsideTogetherAndWritersWait() {
		return Stream.of(shared("a read-write lock", Members::readByField, Members::byReadWriteField),
				shared("a lock of this library", Members::readByOurs, Members::byOurs),
				shared("a list", Members::readByList, Members::writeByList));
	}

	private static Arguments shared(String name, BiConsumer<Members, Runnable> read,
			BiConsumer<Members, Runnable> write) {
		return arguments(name, read, write);
	}

	@Test
	void severalLocksAreTakenInOrderAndReleasedInReverse() {
		Several several = start(Several.class);
		several.use(locks("a", "b", "c"));
		several.work(() -> this.events.add("body"));
		assertThat(this.events).containsExactly("lock a", "lock b", "lock c", "body", "unlock c", "unlock b",
				"unlock a");
	}

	@Test
	void theMemberIsReadOnEveryCall() {
		Several several = start(Several.class);
		several.use(locks("a"));
		several.work(() -> several.use(locks("b")));
		several.work(() -> {
		});
		assertThat(this.events).containsExactly("lock a", "unlock a", "lock b", "unlock b");
	}

	@Test
	void collectionsMayBeNested() {
		Several several = start(Several.class);
		several.use(List.of(locks("a"), new Object[] { locks("b", "c") }, List.of()));
		several.work(() -> {
		});
		assertThat(this.events).containsExactly("lock a", "lock b", "lock c", "unlock c", "unlock b", "unlock a");
	}

	@Test
	void nullIsAnErrorAndNothingIsLeftHeld() {
		Several several = start(Several.class);
		Object[] locks = { new RecordingLock("a", this.events), null, new RecordingLock("b", this.events) };
		several.use(Arrays.asList(locks));
		assertThatIllegalStateException().isThrownBy(() -> several.work(() -> this.events.add("body")))
			.withMessageContaining("Several.work()")
			.withMessageContaining("'Several.locks' holds null");
		assertThat(this.events).isEmpty();
	}

	@Test
	void aMemberThatIsNullIsAnError() {
		Several several = start(Several.class);
		assertThatIllegalStateException().isThrownBy(() -> several.work(() -> this.events.add("body")))
			.withMessageContaining("Several.work()")
			.withMessageContaining("'Several.locks' holds null");
		assertThat(this.events).isEmpty();
	}

	@Test
	void whatIsNoLockIsAnError() {
		Several several = start(Several.class);
		several.use(List.of(new RecordingLock("a", this.events), "b"));
		assertThatIllegalStateException().isThrownBy(() -> several.work(() -> this.events.add("body")))
			.withMessageContaining("'Several.locks' holds a java.lang.String, not a Lock or ReadWriteLock");
		assertThat(this.events).isEmpty();
	}

	@Test
	void aPlainLockCannotBeReadLocked() {
		Several several = start(Several.class);
		several.use(locks("a"));
		assertThatIllegalStateException().isThrownBy(() -> several.read(() -> this.events.add("body")))
			.withMessageContaining("Several.read() cannot be locked for reading")
			.withMessageContaining("not a ReadWriteLock");
		assertThat(this.events).isEmpty();
	}

	@Test
	void aGetterThatFailsEndsTheCallWithItsException() {
		Failing failing = start(Failing.class);
		assertThatIllegalStateException().isThrownBy(() -> failing.work(() -> this.events.add("body")))
			.withMessage("no lock today");
		assertThat(this.events).isEmpty();
	}

	@Test
	void theLocksBeforeOneThatIsNotHadInTimeAreReleased() {
		Several several = start(Several.class);
		ReentrantLock taken = new ReentrantLock();
		several.use(List.of(new RecordingLock("a", this.events), new RecordingLock("b", this.events), taken,
				new RecordingLock("c", this.events)));
		taken.lock();
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> Background.elsewhere(() -> several.tryWork(() -> this.events.add("body"))))
			.satisfies((ex) -> {
				assertThat(ex.lockName()).isEqualTo("Several.locks");
				assertThat(ex.mode()).isEqualTo(LockMode.EXCLUSIVE);
				assertThat(ex.holders()).isEmpty();
			})
			.withMessage(
					"Could not lock 'Several.locks' for writing within 1ms in Several.tryWork(); it is not known who holds it");
		assertThat(this.events).containsExactly("lock a", "lock b", "unlock b", "unlock a");
	}

	@Test
	void aLockOfThisLibraryTellsWhoHoldsIt() {
		Members members = start(Members.class);
		try (LockHold hold = members.ours().acquire(LockMode.EXCLUSIVE)) {
			assertThat(hold).isNotNull();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> members.tryOurs(() -> this.events.add("body"))))
				.withMessageContaining("'our lock'")
				.withMessageContaining(String.format(Locale.ROOT, "held for writing by thread '%s'",
						Thread.currentThread().getName()));
		}
		assertThat(this.events).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(classes = { UnknownMember.class, TextMember.class, NumberMember.class, MisnamedGetter.class,
			NameAndMember.class, ArrayOfNumbers.class, ReadingPlainLock.class })
	void whatCanNeverBeALockFailsTheStart(Class<?> bean) {
		this.context.register(Configured.class, bean);
		assertThatThrownBy(this.context::refresh).isInstanceOfSatisfying(LockMisuseException.class,
				(ex) -> assertThat(ex.findings()).singleElement().satisfies((finding) -> {
					assertThat(finding.place()).isEqualTo(bean.getSimpleName() + ".work()");
					assertThat(finding.cause()).startsWith("its lock annotation cannot be resolved: ");
					assertThat(finding.fix()).isNotBlank();
				}));
	}

	@Test
	void theMessageNamesTheMemberThatIsMissing() {
		this.context.register(Configured.class, UnknownMember.class);
		assertThatThrownBy(this.context::refresh).isInstanceOf(LockMisuseException.class)
			.hasMessageContaining("no field or property 'nowhere' in " + UnknownMember.class.getName());
	}

	@Test
	void theMessageNamesTheTypeThatIsWrong() {
		this.context.register(Configured.class, TextMember.class);
		assertThatThrownBy(this.context::refresh).isInstanceOf(LockMisuseException.class)
			.hasMessageContaining("'text' is a String, which is neither a Lock nor a collection of them");
	}

	private <T> T start(Class<T> bean) {
		this.context.register(Configured.class, bean);
		this.context.refresh();
		return this.context.getBean(bean);
	}

	private List<Object> locks(String... names) {
		return Arrays.stream(names).<Object>map((name) -> new RecordingLock(name, this.events)).toList();
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException("The other did not come", ex);
		}
	}

	static class BaseMembers {

		@SuppressWarnings("UnusedVariable") // read through the annotation
		private final Lock inherited = new ReentrantLock();

		private final Lock behindGetter = new ReentrantLock();

		protected Lock getInheritedProperty() {
			return this.behindGetter;
		}

	}

	static class Members extends BaseMembers {

		static final Lock FOR_ALL = new ReentrantLock();

		final Lock plain = new ReentrantLock();

		final ReadWriteLock readWrite = new ReentrantReadWriteLock();

		final SharedExclusiveLock ours = new ReaderWriterLock("our lock");

		final ExclusiveLock exclusiveSide = this.ours.writeLock();

		final List<ReadWriteLock> list = List.of(this.ours, this.readWrite);

		final Lock[] array = { new ReentrantLock(), new ReentrantLock() };

		final Object object = new ReentrantLock();

		private final ReentrantLock behindProperty = new ReentrantLock();

		SharedExclusiveLock ours() {
			return this.ours;
		}

		Lock getProperty() {
			return this.behindProperty;
		}

		ReentrantLock accessor() {
			return this.behindProperty;
		}

		@Locked(using = "plain")
		void byField(Runnable body) {
			body.run();
		}

		@Locked(using = "readWrite")
		void byReadWriteField(Runnable body) {
			body.run();
		}

		@ReadLocked(using = "readWrite")
		void readByField(Runnable body) {
			body.run();
		}

		@WriteLocked(using = "ours")
		void byOurs(Runnable body) {
			body.run();
		}

		@ReadLocked(using = "ours")
		void readByOurs(Runnable body) {
			body.run();
		}

		@Locked(using = "ours", timeout = "1ms")
		boolean tryOurs(Runnable body) {
			body.run();
			return true;
		}

		@Locked(using = "exclusiveSide")
		void byOurExclusiveSide(Runnable body) {
			body.run();
		}

		@Locked(using = "inherited")
		void byFieldOfTheSuperclass(Runnable body) {
			body.run();
		}

		@Locked(using = "FOR_ALL")
		void byStaticField(Runnable body) {
			body.run();
		}

		@Locked(using = "property")
		void byGetter(Runnable body) {
			body.run();
		}

		@Locked(using = "accessor")
		void byAccessor(Runnable body) {
			body.run();
		}

		@Locked(using = "inheritedProperty")
		void byGetterOfTheSuperclass(Runnable body) {
			body.run();
		}

		@Locked(using = "list")
		void byList(Runnable body) {
			body.run();
		}

		@ReadLocked(using = "list")
		void readByList(Runnable body) {
			body.run();
		}

		@WriteLocked(using = "list")
		void writeByList(Runnable body) {
			body.run();
		}

		@Locked(using = "array")
		void byArray(Runnable body) {
			body.run();
		}

		@Locked(using = "object")
		void byObject(Runnable body) {
			body.run();
		}

	}

	static class Several {

		@SuppressWarnings("UnusedVariable") // read through the annotation
		private @Nullable Object locks;

		void use(Object locks) {
			this.locks = locks;
		}

		@Locked(using = "locks")
		void work(Runnable body) {
			body.run();
		}

		@Locked(using = "locks", timeout = "1ms")
		boolean tryWork(Runnable body) {
			body.run();
			return true;
		}

		@ReadLocked(using = "locks")
		void read(Runnable body) {
			body.run();
		}

	}

	static class Failing {

		Lock getLock() {
			throw new IllegalStateException("no lock today");
		}

		@Locked(using = "lock")
		void work(Runnable body) {
			body.run();
		}

	}

	static class UnknownMember {

		@Locked(using = "nowhere")
		void work() {
		}

	}

	static class TextMember {

		final String text = "a lock, honestly";

		@Locked(using = "text")
		void work() {
		}

	}

	static class NumberMember {

		final int number = 42;

		@WriteLocked(using = "number")
		void work() {
		}

	}

	static class MisnamedGetter {

		Lock getLock(String name) {
			return new ReentrantLock(name.isEmpty());
		}

		@Locked(using = "lock")
		void work() {
		}

	}

	static class ArrayOfNumbers {

		final int[] numbers = { 42 };

		@Locked(using = "numbers")
		void work() {
		}

	}

	static class ReadingPlainLock {

		final ReentrantLock plain = new ReentrantLock();

		@ReadLocked(using = "plain")
		void work() {
		}

	}

	static class NameAndMember {

		final Lock plain = new ReentrantLock();

		@Locked(value = "name", using = "plain")
		void work() {
		}

	}

}
