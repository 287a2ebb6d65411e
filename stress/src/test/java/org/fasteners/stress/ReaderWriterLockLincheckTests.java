package org.fasteners.stress;

import java.util.concurrent.TimeUnit;

import org.fasteners.StackReserve;
import org.fasteners.thread.ReaderWriterLock;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link ReaderWriterLock} is linearizable: whatever threads do at the same time comes
 * out as if they had done it in some order. Lincheck makes up programs for two or three
 * threads; its model checker runs each under many schedules that it chooses, and its
 * stress strategy under those that happen.
 * <p>
 * The system property {@code fasteners.stress.effort} multiplies the number of programs;
 * it is 1 unless given.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ReaderWriterLockLincheckTests {

	private static final int EFFORT = Integer.getInteger("fasteners.stress.effort", 1);

	@ParameterizedTest
	@EnumSource
	void sectionsAreStepsUnderChosenSchedules(LockUnderTest kind) {
		Sections.kind = kind;
		checkUnderChosenSchedules(Sections.class, Sections.Steps.class);
	}

	@ParameterizedTest
	@EnumSource
	void sectionsAreStepsUnderStress(LockUnderTest kind) {
		Sections.kind = kind;
		checkUnderStress(Sections.class, Sections.Steps.class);
	}

	@ParameterizedTest
	@EnumSource
	void attemptsAndReleasesAreStepsUnderChosenSchedules(LockUnderTest kind) {
		Holds.kind = kind;
		checkUnderChosenSchedules(Holds.class, Holds.Book.class);
	}

	@ParameterizedTest
	@EnumSource
	void attemptsAndReleasesAreStepsUnderStress(LockUnderTest kind) {
		Holds.kind = kind;
		checkUnderStress(Holds.class, Holds.Book.class);
	}

	@Test
	void aLockThatLetsTwoInIsFound() {
		assertThatExceptionOfType(LincheckAssertionError.class)
			.isThrownBy(() -> checkUnderChosenSchedules(SectionsThatMayOverlap.class, Sections.Steps.class))
			.withMessageContaining("Invalid execution results");
	}

	@Test
	void aLockThatForgetsAWaiterIsFound() {
		assertThatExceptionOfType(LincheckAssertionError.class)
			.isThrownBy(() -> checkUnderChosenSchedules(SectionsThatMayHang.class, Sections.Steps.class))
			.withMessageContaining("The execution has hung");
	}

	private static void checkUnderChosenSchedules(Class<?> actions, Class<?> steps) {
		check(programs(modelChecking(), 2, 2), 2, 200, actions, steps);
		check(programs(modelChecking(), 3, 1), 2, 200, actions, steps);
	}

	private static ModelCheckingOptions modelChecking() {
		ModelCheckingOptions options = new ModelCheckingOptions();
		// Lincheck takes a recursion for an endless loop. This one touches nothing
		// shared.
		options.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(StackReserve.class.getName()).allMethods().ignore());
		return options;
	}

	private static void checkUnderStress(Class<?> actions, Class<?> steps) {
		check(programs(new StressOptions(), 3, 3), 4, 1000, actions, steps);
	}

	/** Nothing needs to be done before or after what the threads do. */
	private static Options<?, ?> programs(Options<?, ?> options, int threads, int actionsOfEach) {
		options.threads(threads);
		options.actorsPerThread(actionsOfEach);
		options.actorsBefore(0);
		options.actorsAfter(0);
		return options;
	}

	private static void check(Options<?, ?> options, int programs, int runs, Class<?> actions, Class<?> steps) {
		options.iterations(programs * EFFORT);
		options.invocationsPerIteration(runs);
		options.sequentialSpecification(steps);
		options.check(actions);
	}

	/**
	 * Sections under a lock that sometimes lets two in.
	 */
	public static class SectionsThatMayOverlap extends Sections {

		public SectionsThatMayOverlap() {
			super(new BrokenLock.LetsTwoIn());
		}

	}

	/**
	 * Sections under a lock that sometimes forgets a waiter.
	 */
	public static class SectionsThatMayHang extends Sections {

		public SectionsThatMayHang() {
			super(new BrokenLock.ForgetsAWaiter());
		}

	}

}
