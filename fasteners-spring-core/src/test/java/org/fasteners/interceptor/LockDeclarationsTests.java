package org.fasteners.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.OnTimeout;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.Release;
import org.fasteners.annotation.WriteLocked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.annotation.AliasFor;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LockDeclarations}.
 */
class LockDeclarationsTests {

	/** In place of where an annotation stands. */
	private static final AnnotatedElement ANYWHERE = LockDeclarationsTests.class;

	private final LockDeclarations declarations = new LockDeclarations();

	@Test
	void withoutAnnotationsNothingIsFound() {
		assertThat(find(Plain.class, "run")).isEmpty();
	}

	@Test
	void whatAnAnnotationSaysIsKept() {
		assertThat(find(Four.class, "full"))
			.containsExactly(new LockDeclaration(LockKind.READ_LOCKED, "a name", "a member", List.of("#a", "#b"),
					"a timeout", OnTimeout.SKIP, "a method", Release.ON_RETURN, 0, List.of(), ANYWHERE));
	}

	@Test
	void theMethodComesFirst() {
		assertThat(find(Four.class, "onMethod")).containsExactly(locked("method"));
	}

	@Test
	void thenTheClass() {
		assertThat(find(Four.class, "onClass")).containsExactly(locked("class"));
	}

	@Test
	void thenTheMethodOfTheInterface() {
		assertThat(find(Implementing.class, "onInterfaceMethod")).containsExactly(locked("interface method"));
	}

	@Test
	void thenTheInterface() {
		assertThat(find(Implementing.class, "onInterface")).containsExactly(locked("interface"));
	}

	@Test
	void aMethodOfAClassThatItsInterfaceDoesNotHaveIsNotCoveredByTheInterface() {
		assertThat(find(Implementing.class, "notInInterface")).isEmpty();
	}

	@Test
	void aMethodOfTheInterfaceIsFoundByItself() {
		Method method = method(Interface.class, "onInterfaceMethod");
		assertThat(found(method, Implementing.class)).containsExactly(locked("interface method"));
		assertThat(found(method, Interface.class)).containsExactly(locked("interface method"));
	}

	@Test
	void threadAndProcessAreDecidedSeparatelyAndThreadComesFirst() {
		LockDeclaration process = declared(LockKind.INTER_PROCESS_LOCKED, "process class");
		LockDeclaration read = declared(LockKind.INTER_PROCESS_READ_LOCKED, "process method");
		assertThat(find(Both.class, "onClass")).containsExactly(locked("class"), process);
		assertThat(find(Both.class, "threadOnMethod")).containsExactly(locked("method"), process);
		assertThat(find(Both.class, "processOnMethod")).containsExactly(locked("class"), read);
	}

	@Test
	void anotherModeOnAMethodReplacesThatOfTheClass() {
		assertThat(find(Both.class, "readOnMethod")).containsExactly(declared(LockKind.READ_LOCKED, "class"),
				declared(LockKind.INTER_PROCESS_LOCKED, "process class"));
	}

	@Test
	void anOverridingMethodKeepsTheAnnotationOfTheMethodItOverrides() {
		assertThat(find(Overriding.class, "onMethod")).containsExactly(locked("method"));
		assertThat(find(Overriding.class, "full")).containsExactly(locked("closer"));
	}

	@Test
	void aSubclassIsCoveredByTheAnnotationOfItsSuperclass() {
		assertThat(find(Overriding.class, "onlyHere")).containsExactly(locked("class"));
	}

	@Test
	void anInheritedMethodIsToldApartByTheClassThatInheritsIt() {
		Method inherited = method(Plain.class, "run");
		assertThat(found(inherited, Heir.class)).containsExactly(locked("heir"));
		assertThat(found(inherited, OtherHeir.class)).containsExactly(locked("other heir"));
		assertThat(found(inherited, Plain.class)).isEmpty();
	}

	@Test
	void anAnnotationOfOnesOwnFillsInAttributes() {
		assertThat(find(Composed.class, "work")).containsExactly(new LockDeclaration(LockKind.WRITE_LOCKED, "own", "",
				List.of(), "3s", OnTimeout.THROW, "", Release.AUTO, 0, List.of(Own.class), ANYWHERE));
	}

	@Test
	void aBridgeIsTheMethodItLeadsTo() {
		List<Method> methods = Arrays.stream(TextStore.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals("put"))
			.toList();
		assertThat(methods).hasSize(2).anyMatch(Method::isBridge);
		assertThat(methods).allSatisfy((method) -> assertThat(found(method, TextStore.class)).hasSize(1));
		assertThat(found(method(Store.class, "put"), TextStore.class)).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "toString", "equals", "hashCode", "clone", "init", "stopUsing", "afterPropertiesSet",
			"destroy", "setBeanFactory", "afterSingletonsInstantiated", "start", "stop", "isRunning", "isAutoStartup",
			"getPhase", "hidden", "ofNobody" })
	void aClassDoesNotCover(String method) {
		assertThat(find(Covering.class, method)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "open", "guarded", "ofPackage", "equalsIgnoringCase" })
	void aClassCovers(String method) {
		assertThat(find(Covering.class, method)).containsExactly(locked("class"));
	}

	@Test
	void aMethodOfTheSameNameAsACallbackIsCovered() {
		assertThat(find(Four.class, "start")).containsExactly(locked("class"));
	}

	@Test
	void contradictingAnnotationsAreAllFound() {
		assertThat(find(Contradicting.class, "run")).extracting(LockDeclaration::kind)
			.containsExactly(LockKind.LOCKED, LockKind.READ_LOCKED);
	}

	private List<LockDeclaration> found(Method method, Class<?> type) {
		return this.declarations.find(method, type)
			.stream()
			.map((one) -> new LockDeclaration(one.kind(), one.value(), one.using(), one.keys(), one.timeout(),
					one.onTimeout(), one.fallback(), one.release(), one.permits(), one.composed(), ANYWHERE))
			.toList();
	}

	private List<LockDeclaration> find(Class<?> type, String method) {
		return found(method(type, method), type);
	}

	private static Method method(Class<?> type, String name) {
		List<Method> found = new ArrayList<>();
		ReflectionUtils.doWithMethods(type, found::add,
				(method) -> method.getName().equals(name) && !method.isSynthetic());
		assertThat(found).isNotEmpty();
		return found.get(0);
	}

	private static LockDeclaration locked(String name) {
		return declared(LockKind.LOCKED, name);
	}

	private static LockDeclaration declared(LockKind kind, String name) {
		return new LockDeclaration(kind, name, "", List.of(), "", OnTimeout.THROW, "", Release.AUTO, 0, List.of(),
				ANYWHERE);
	}

	static class Plain {

		void run() {
		}

	}

	@Locked("interface")
	interface Interface {

		@Locked("interface method")
		void onInterfaceMethod();

		void onInterface();

		@Locked("interface method")
		void onMethod();

		@Locked("interface method")
		void onClass();

	}

	static class Implementing implements Interface {

		@Override
		public void onInterfaceMethod() {
		}

		@Override
		public void onInterface() {
		}

		@Override
		public void onMethod() {
		}

		@Override
		public void onClass() {
		}

		void notInInterface() {
		}

	}

	@Locked("class")
	static class Four extends Implementing {

		@Override
		@Locked("method")
		public void onMethod() {
		}

		@Override
		public void onClass() {
		}

		@ReadLocked(value = "a name", using = "a member", key = { "#a", "#b" }, timeout = "a timeout",
				onTimeout = OnTimeout.SKIP, fallback = "a method", release = Release.ON_RETURN)
		void full() {
		}

		void start() {
		}

	}

	static class Overriding extends Four {

		@Override
		public void onMethod() {
		}

		@Override
		@Locked("closer")
		void full() {
		}

		void onlyHere() {
		}

	}

	@Locked("class")
	@InterProcessLocked("process class")
	static class Both {

		void onClass() {
		}

		@Locked("method")
		void threadOnMethod() {
		}

		@InterProcessReadLocked("process method")
		void processOnMethod() {
		}

		@ReadLocked("class")
		void readOnMethod() {
		}

	}

	@Locked("heir")
	static class Heir extends Plain {

	}

	@Locked("other heir")
	static class OtherHeir extends Plain {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@WriteLocked(timeout = "3s")
	@interface Own {

		@AliasFor(annotation = WriteLocked.class, attribute = "value")
		String lock();

	}

	static class Composed {

		@Own(lock = "own")
		void work() {
		}

	}

	interface Store<T> {

		void put(T item);

	}

	@Locked("class")
	static class TextStore implements Store<String> {

		@Override
		public void put(String item) {
		}

	}

	@Locked("class")
	@SuppressWarnings({ "unused", "EffectivelyPrivate" })
	static class Covering
			implements InitializingBean, DisposableBean, BeanFactoryAware, SmartInitializingSingleton, SmartLifecycle {

		void open() {
		}

		protected void guarded() {
		}

		void ofPackage() {
		}

		boolean equalsIgnoringCase(Object other) {
			return this == other;
		}

		private void hidden() {
		}

		static void ofNobody() {
		}

		@PostConstruct
		void init() {
		}

		@PreDestroy
		void stopUsing() {
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public void destroy() {
		}

		@Override
		public void setBeanFactory(BeanFactory beanFactory) {
		}

		@Override
		public void afterSingletonsInstantiated() {
		}

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

		@Override
		public String toString() {
			return "a text";
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		protected Object clone() throws CloneNotSupportedException {
			return super.clone();
		}

	}

	static class Contradicting {

		@Locked
		@ReadLocked
		void run() {
		}

	}

}
