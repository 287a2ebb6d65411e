package org.fasteners.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.function.Function;

import org.fasteners.LockContext;
import org.fasteners.LockContext.Held;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.Unlocked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A method may opt out of the locks of its class.
 */
@Timeout(60)
class UnlockedIntegrationTests {

	private static <T> List<String> held(Class<?> bean, Class<T> type, Function<T, List<String>> call) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Configured.class, bean);
			context.refresh();
			return call.apply(context.getBean(type));
		}
	}

	private static List<String> names() {
		return LockContext.current().locks().stream().map(Held::name).toList();
	}

	@Test
	void aMethodOptsOutOfTheLocksOfItsClass() {
		assertThat(held(Plain.class, Plain.class, Plain::locked)).containsExactly("plain");
		assertThat(held(Plain.class, Plain.class, Plain::unlocked)).isEmpty();
		assertThat(held(Plain.class, Plain.class, Plain::composed)).isEmpty();
	}

	@Test
	void aMethodOptsOutOfTheLocksOfASuperclass() {
		assertThat(held(Heir.class, Heir.class, Heir::own)).isEmpty();
		assertThat(held(Heir.class, Heir.class, Heir::locked)).as("the overridden method of a locked class").isEmpty();
		assertThat(held(Heir.class, Heir.class, Heir::unlocked)).as("inherited").isEmpty();
		assertThat(held(Heir.class, Heir.class, Heir::annotated)).as("overridden with its annotation").isEmpty();
		assertThat(held(Heir.class, Heir.class, Heir::composed)).as("locked again").containsExactly("again");
	}

	@Test
	void aMethodOptsOutOfTheLocksOfAnInterface() {
		assertThat(held(Implementing.class, Interface.class, Interface::onInterface)).containsExactly("interface");
		assertThat(held(Implementing.class, Interface.class, Interface::outThere)).isEmpty();
		assertThat(held(Implementing.class, Interface.class, Interface::outHere)).isEmpty();
		assertThat(held(Implementing.class, Interface.class, Interface::onMethod)).isEmpty();
	}

	@Test
	void aLockOfTheClassGoesBeforeAnOptOutOfTheInterface() {
		assertThat(held(LockedImplementing.class, Interface.class, Interface::outThere)).containsExactly("class");
	}

	@Test
	void aLockAndAnOptOutOnOneMethodContradictOneAnother() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Configured.class, Contradicting.class);
			assertThat(Refusal.of(context).findings()).hasSize(2)
				.extracting(Finding::place, Finding::cause)
				.anySatisfy((finding) -> assertThat(finding.toList()).asString()
					.contains("Contradicting.thread()", "@Locked(\"thread\") and @Unlocked contradict one another"))
				.anySatisfy((finding) -> assertThat(finding.toList()).asString()
					.contains("Contradicting.process()", "and @Unlocked contradict one another"));
		}
	}

	@Test
	void whatCannotBeLockedMayOptOut() {
		assertThat(held(Final.class, Final.class, (bean) -> List.of(bean.text()))).containsExactly("text");
	}

	@Retention(RetentionPolicy.RUNTIME)
	@Unlocked
	@interface Quick {

	}

	@Locked("plain")
	static class Plain {

		List<String> locked() {
			return names();
		}

		@Unlocked
		List<String> unlocked() {
			return names();
		}

		@Quick
		List<String> composed() {
			return names();
		}

		@Locked("annotated")
		List<String> annotated() {
			return names();
		}

	}

	static class Heir extends Plain {

		@Unlocked
		List<String> own() {
			return names();
		}

		@Override
		@Unlocked
		List<String> locked() {
			return names();
		}

		@Override
		@Unlocked
		List<String> annotated() {
			return names();
		}

		@Override
		@Locked("again")
		List<String> composed() {
			return names();
		}

	}

	@Locked("interface")
	interface Interface {

		List<String> onInterface();

		@Unlocked
		List<String> outThere();

		List<String> outHere();

		@Locked("method")
		List<String> onMethod();

	}

	static class Implementing implements Interface {

		@Override
		public List<String> onInterface() {
			return names();
		}

		@Override
		public List<String> outThere() {
			return names();
		}

		@Override
		@Unlocked
		public List<String> outHere() {
			return names();
		}

		@Override
		@Unlocked
		public List<String> onMethod() {
			return names();
		}

	}

	@Locked("class")
	static class LockedImplementing extends Implementing {

	}

	static class Contradicting {

		@Locked("thread")
		@Unlocked
		void thread() {
		}

		@Unlocked
		@InterProcessLocked("process")
		void process() {
		}

	}

	@Locked("final")
	static class Final {

		private final String text = String.valueOf("text");

		String text() {
			return this.text;
		}

		@Unlocked
		final String sealed() {
			return "";
		}

	}

}
