package org.fasteners.interceptor;

import java.io.Serializable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.InterProcessWriteLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Annotations that stand where they cannot lock stop the start, before any bean is made,
 * with a message that tells where, why and what to do.
 */
@Timeout(60)
class MisuseIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final AtomicInteger made = new AtomicInteger();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void methodsThatNoProxyCanInterceptAreRefusedAllAtOnce() {
		List<Finding> findings = refused(Unreachable.class, FinalByClass.class);
		assertThat(findings).extracting(Finding::place)
			.containsExactlyInAnyOrder("Unreachable.hidden()", "Unreachable.ofNobody()", "Unreachable.sealed()",
					"FinalByClass.sealed()");
		assertThat(findings)
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "Unreachable.hidden()",
					"@Locked(\"hidden\") cannot lock a method that is private", "neither static nor final"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "Unreachable.ofNobody()",
					"@ReadLocked(\"ofNobody\") cannot lock a method that is static", "neither static nor final"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "Unreachable.sealed()",
					"@InterProcessLocked(\"sealed\") cannot lock a method that is final", "neither static nor final"))
			.anySatisfy((finding) -> Refusal.assertFinding(finding, "FinalByClass.sealed()",
					"@Locked(\"class\") cannot lock a method that is final", "LockRegistry"));
		assertThat(this.made).as("beans made").hasValue(0);
	}

	@Test
	void allThatIsWrongIsListedAtOnce() {
		assertThat(refused(Unreachable.class, FinalClass.class, Asynchronous.class, Contradicting.class)).hasSize(11)
			.doesNotHaveDuplicates();
		assertThat(this.made).as("beans made").hasValue(0);
	}

	@Test
	void theMessageIsMadeOfTheFindings() {
		this.context.registerBean("office", Unreachable.class);
		this.context.register(Configured.class);
		LockMisuseException ex = Refusal.of(this.context);
		assertThat(String.valueOf(ex.getMessage()).lines()).hasSize(3)
			.allSatisfy((line) -> assertThat(line).startsWith("Bean 'office', Unreachable."));
		assertThat(ex).hasNoCause();
	}

	@Test
	void anInheritedMethodIsRefusedToo() {
		assertThat(refused(HeirOfUnreachable.class)).extracting(Finding::place)
			.containsExactlyInAnyOrder("HeirOfUnreachable.hidden()", "HeirOfUnreachable.ofNobody()",
					"HeirOfUnreachable.sealed()");
	}

	@Test
	void privateAndStaticMethodsAreNotMeantByAnAnnotationOfTheirClass() {
		start(CoveringClass.class);
		assertThat(AopUtils.isAopProxy(this.context.getBean(CoveringClass.class))).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "FinalClass, the class is final, Remove 'final'; or let it implement an interface",
			"RecordBean, 'the class is final, as every record is', Make it a class; or let it implement an interface",
			"SealedClass, the class is sealed, Remove 'sealed'; or let it implement an interface" })
	void aClassThatNoProxyCanExtendIsRefused(String type, String cause, String fix) throws ClassNotFoundException {
		assertThat(refused(Class.forName(getClass().getName() + "$" + type))).singleElement().satisfies((finding) -> {
			Refusal.assertFinding(finding, type, cause, fix);
			assertThat(finding.fix()).contains("spring.aop.proxy-target-class=false",
					"@EnableFasteners(proxyTargetClass = false)");
		});
		assertThat(this.made).as("beans made").hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(classes = { RecordWorker.class, SealedWorker.class })
	void whatIsSuggestedForRecordsAndSealedClassesWorks(Class<?> type) {
		start(type);
		Gauge.assertAlone(this.context.getBean(Worker.class)::work);
	}

	@Test
	void anAnonymousClassHasAPlaceInTheMessage() {
		this.context.registerBean("nameless", Worker.class, () -> new Worker() {

			@Override
			@Locked("private")
			public void work(Runnable body) {
				body.run();
			}

			@Locked("lost")
			@SuppressWarnings("UnusedMethod")
			private void hidden() {
			}

		});
		this.context.register(Configured.class);
		assertThat(Refusal.of(this.context).findings()).extracting(Finding::place)
			.containsExactly("MisuseIntegrationTests$1.hidden()");
	}

	@Test
	void aFinalClassWithAnInterfaceIsRefusedWhereProxiesExtendClasses() {
		this.context.register(ProxiesOfClasses.class, FinalWorker.class);
		assertThat(Refusal.of(this.context).findings()).extracting(Finding::place).containsExactly("FinalWorker");
	}

	@Test
	void aFinalClassWithAnInterfaceIsLockedWhereProxiesImplementInterfaces() {
		start(FinalWorker.class);
		Worker worker = this.context.getBean(Worker.class);
		assertThat(AopUtils.isJdkDynamicProxy(worker)).isTrue();
		Gauge.assertAlone(worker::work);
	}

	@Test
	void aFinalClassWhoseInterfacesSpringDoesNotProxyIsRefused() {
		assertThat(refused(FinalSerializable.class)).extracting(Finding::place).containsExactly("FinalSerializable");
	}

	@Test
	void methodsThatReturnBeforeTheirWorkIsDoneAreRefused() {
		List<Finding> findings = refused(Asynchronous.class);
		assertThat(findings).extracting(Finding::place)
			.containsExactlyInAnyOrder("Asynchronous.completableFuture()", "Asynchronous.future()",
					"Asynchronous.mono()", "Asynchronous.flux()", "Asynchronous.publisher()");
		assertThat(findings).allSatisfy((finding) -> assertThat(finding.cause())
			.startsWith("@WriteLocked(\"later\") cannot lock a method that returns")
			.endsWith("because its work would go on after the lock was released"));
		assertThat(findings).filteredOn((finding) -> finding.place().equals("Asynchronous.mono()"))
			.singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "Asynchronous.mono()", "returns Mono",
					"Return the plain result"));
		assertThat(this.made).as("beans made").hasValue(0);
	}

	@Test
	void aGenericMethodThatTurnsOutAsynchronousIsRefused() {
		assertThat(refused(LoadingLater.class)).extracting(Finding::place).containsExactly("LoadingLater.load()");
	}

	@Test
	void annotationsThatContradictOneAnotherAreRefused() {
		List<Finding> findings = refused(Contradicting.class, ContradictingClass.class);
		assertThat(findings).extracting(Finding::place)
			.containsExactlyInAnyOrder("Contradicting.threads()", "Contradicting.processes()",
					"ContradictingClass.work()");
		assertThat(findings).anySatisfy((finding) -> Refusal.assertFinding(finding, "Contradicting.threads()",
				"@Locked(\"threads\") and @ReadLocked(\"threads\") mean the same lock, and lock it for reading and for writing",
				"Keep the one that is meant"));
		assertThat(this.made).as("beans made").hasValue(0);
	}

	@Test
	void aThreadAndAProcessAnnotationDoNotContradictOneAnother(@TempDir Path directory) {
		this.context.registerBean(LockRegistry.class, () -> LockRegistries.builder().lockDirectory(directory).build());
		this.context.register(WithoutRegistry.class, OneOfEach.class);
		this.context.refresh();
		assertThat(AopUtils.isAopProxy(this.context.getBean(OneOfEach.class))).isTrue();
	}

	private void start(Class<?>... beans) {
		this.context.register(Configured.class);
		this.context.register(beans);
		this.context.refresh();
	}

	private List<Finding> refused(Class<?>... beans) {
		this.context.register(Configured.class);
		this.context.register(beans);
		this.context.registerBean("witness", Witness.class, () -> new Witness(this.made));
		return Refusal.of(this.context).findings();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class ProxiesOfClasses {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class WithoutRegistry {

	}

	static class Witness {

		Witness(AtomicInteger made) {
			made.incrementAndGet();
		}

	}

	interface Worker {

		@Locked("work")
		void work(Runnable body);

	}

	@SuppressWarnings("unused")
	static class Unreachable {

		@Locked("hidden")
		private void hidden() {
		}

		@ReadLocked("ofNobody")
		static void ofNobody() {
		}

		@InterProcessLocked("sealed")
		final void sealed() {
		}

		@Locked("open")
		void open() {
		}

	}

	static class HeirOfUnreachable extends Unreachable {

	}

	@Locked("class")
	static class FinalByClass {

		public final void sealed() {
		}

		public void open() {
		}

	}

	@Locked("class")
	@SuppressWarnings("unused")
	static class CoveringClass {

		public void open() {
		}

		private void hidden() {
		}

		static void ofNobody() {
		}

	}

	static final class FinalClass {

		@Locked("final")
		void work() {
		}

	}

	static sealed class SealedClass permits OpenedClass {

		@Locked("sealed")
		void work() {
		}

	}

	static final class OpenedClass extends SealedClass {

	}

	record RecordWorker() implements Worker {

		@Override
		public void work(Runnable body) {
			body.run();
		}

	}

	static sealed class SealedWorker implements Worker permits OpenedWorker {

		@Override
		public void work(Runnable body) {
			body.run();
		}

	}

	static final class OpenedWorker extends SealedWorker {

	}

	record RecordBean() {

		@Locked("record")
		void work() {
		}

	}

	static final class FinalWorker implements Worker {

		@Override
		public void work(Runnable body) {
			body.run();
		}

	}

	static final class FinalSerializable implements Serializable {

		private static final long serialVersionUID = 1L;

		@Locked("final")
		void work() {
		}

	}

	@WriteLocked("later")
	static class Asynchronous {

		public CompletableFuture<String> completableFuture() {
			return CompletableFuture.completedFuture("");
		}

		public Future<String> future() {
			return completableFuture();
		}

		public Mono<String> mono() {
			return Mono.empty();
		}

		public Flux<String> flux() {
			return Flux.empty();
		}

		public Flow.@Nullable Publisher<String> publisher() {
			return null;
		}

		public String atOnce() {
			return "";
		}

	}

	interface Loading<T> {

		@Locked("load")
		T load();

	}

	static class LoadingLater implements Loading<CompletableFuture<String>> {

		@Override
		public CompletableFuture<String> load() {
			return CompletableFuture.completedFuture("");
		}

	}

	static class Contradicting {

		@Locked("threads")
		@ReadLocked("threads")
		void threads() {
		}

		@InterProcessReadLocked("processes")
		@InterProcessWriteLocked("processes")
		void processes() {
		}

	}

	@ReadLocked("class")
	@WriteLocked("class")
	static class ContradictingClass {

		void work() {
		}

	}

	static class OneOfEach {

		@Locked("both")
		@InterProcessLocked("both")
		void work() {
		}

	}

}
