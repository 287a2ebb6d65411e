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
 * Tests that {@link ReaderWriterLock} is linearizable: concurrent operations have the
 * same results as in some sequential order. Lincheck generates programs for two or three
 * threads. Its model checker runs each program under many schedules that it chooses; its
 * stress strategy runs it under the schedules of the machine.
 * <p>
 * The system property {@code fasteners.stress.effort} multiplies the number of programs;
 * its default is 1.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ReaderWriterLockLincheckTests {

	private static final int EFFORT = Integer.getInteger("fasteners.stress.effort", 1);

	@ParameterizedTest
	@EnumSource
	void sectionsAreLinearizableUnderModelChecking(LockUnderTest kind) {
		Sections.kind = kind;
		checkByModelChecking(Sections.class, Sections.Steps.class);
	}

	@ParameterizedTest
	@EnumSource
	void sectionsAreLinearizableUnderStress(LockUnderTest kind) {
		Sections.kind = kind;
		checkUnderStress(Sections.class, Sections.Steps.class);
	}

	@ParameterizedTest
	@EnumSource
	void attemptsAndReleasesAreLinearizableUnderModelChecking(LockUnderTest kind) {
		Holds.kind = kind;
		checkByModelChecking(Holds.class, Holds.Book.class);
	}

	@ParameterizedTest
	@EnumSource
	void attemptsAndReleasesAreLinearizableUnderStress(LockUnderTest kind) {
		Holds.kind = kind;
		checkUnderStress(Holds.class, Holds.Book.class);
	}

	@Test
	void aLockThatAdmitsTwoHoldersIsDetected() {
		assertThatExceptionOfType(LincheckAssertionError.class)
			.isThrownBy(() -> checkByModelChecking(SectionsThatMayOverlap.class, Sections.Steps.class))
			.withMessageContaining("Invalid execution results");
	}

	@Test
	void aLockThatLosesAWaiterIsDetected() {
		assertThatExceptionOfType(LincheckAssertionError.class)
			.isThrownBy(() -> checkByModelChecking(SectionsThatMayHang.class, Sections.Steps.class))
			.withMessageContaining("The execution has hung");
	}

	private static void checkByModelChecking(Class<?> actions, Class<?> steps) {
		check(programs(modelChecking(), 2, 2), 2, 200, actions, steps);
		check(programs(modelChecking(), 3, 1), 2, 200, actions, steps);
	}

	private static ModelCheckingOptions modelChecking() {
		ModelCheckingOptions options = new ModelCheckingOptions();
		// Lincheck reports this recursion as an endless loop. It accesses no shared
		// state.
		options.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(StackReserve.class.getName()).allMethods().ignore());
		return options;
	}

	private static void checkUnderStress(Class<?> actions, Class<?> steps) {
		check(programs(new StressOptions(), 3, 3), 4, 1000, actions, steps);
	}

	/** The threads need no operations before or after their programs. */
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
	 * Sections under a lock that can have two holders.
	 */
	public static class SectionsThatMayOverlap extends Sections {

		public SectionsThatMayOverlap() {
			super(new BrokenLock.AdmitsTwoHolders());
		}

	}

	/**
	 * Sections under a lock that can lose a waiter.
	 */
	public static class SectionsThatMayHang extends Sections {

		public SectionsThatMayHang() {
			super(new BrokenLock.LosesAWaiter());
		}

	}

}
