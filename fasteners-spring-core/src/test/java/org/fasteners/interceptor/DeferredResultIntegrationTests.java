package org.fasteners.interceptor;

import java.io.Serializable;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Results whose work is done after the lock was released: refused at the start if the
 * type shows it, otherwise when they are returned.
 */
@Timeout(60)
class DeferredResultIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void aDeferredResultWithinAnotherTypeStopsTheStart() {
		this.context.register(Configured.class, Wrapping.class);
		List<Finding> findings = Refusal.of(this.context).findings();
		assertThat(findings).extracting(Finding::place)
			.containsExactlyInAnyOrder("Wrapping.optional()", "Wrapping.list()", "Wrapping.array()", "Wrapping.map()",
					"Wrapping.wildcard()", "Wrapping.deep()", "Wrapping.tasks()");
		assertThat(findings).anySatisfy((finding) -> Refusal.assertFinding(finding, "Wrapping.optional()",
				"@Locked(\"wrapped\") cannot lock a method that returns Optional with CompletableFuture inside, because its work would go on after the lock was released",
				"Return the plain result"));
	}

	@Test
	void aSequenceThatIsReadLazilyStopsTheStart() {
		this.context.register(Configured.class, Lazy.class);
		assertThat(Refusal.of(this.context).findings()).extracting(Finding::place)
			.containsExactlyInAnyOrder("Lazy.stream()", "Lazy.numbers()", "Lazy.iterator()", "Lazy.wrapped()");
	}

	@Test
	void aTypeParameterThatStandsForAFutureWithinAWrapperStopsTheStart() {
		this.context.register(Configured.class, FutureStore.class);
		assertThat(Refusal.of(this.context).findings()).extracting(Finding::place)
			.containsExactlyInAnyOrder("FutureStore.find()", "FutureStore.found()");
	}

	static Stream<Object> unfinished() {
		return Stream.of(new CompletableFuture<>(), new FutureTask<>(() -> "later"),
				new CompletableFuture<>().minimalCompletionStage(), Mono.just("later"), Flux.empty(),
				Stream.of("later"), List.of("later").iterator(), (Callable<String>) () -> "later",
				Optional.of(new CompletableFuture<>()), Optional.of(Optional.of(Mono.empty())));
	}

	@ParameterizedTest
	@MethodSource("unfinished")
	void anUnfinishedResultThatTheTypeDoesNotShowFailsTheCallAndReleasesTheLock(Object result) {
		Anything anything = start();
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> anything.object(result))
			.withMessageStartingWith("Anything.object(): it returned a ")
			.withMessageContaining("whose work is not done, and goes on without the lock")
			.withMessageContaining("lock where the work is done");
		assertThat(this.context.getBean(LockRegistry.class).lock("anything").isHeld()).isFalse();
	}

	@Test
	void nothingIsCancelled() {
		Anything anything = start();
		CompletableFuture<String> future = new CompletableFuture<>();
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> anything.object(future));
		assertThat(future).isNotDone();
		assertThat(future.complete("done")).isTrue();
		assertThat(anything.object(future)).isSameAs(future);
	}

	@Test
	void supertypesOfFuturesAndOpenWrappersAreLookedAtToo() {
		Anything anything = start();
		FutureTask<String> task = new FutureTask<>(() -> "later");
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> anything.runnable(task));
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> anything.parameter(task));
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> anything.wildcard(Optional.of(task)));
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> anything.raw(Optional.of(task)));
		task.run();
		assertThat(anything.runnable(task)).isSameAs(task);
		assertThat(anything.parameter(task)).isSameAs(task);
		assertThat(anything.wildcard(Optional.of(task))).isPresent();
	}

	@Test
	void aResultThatIsDoneIsReturned() {
		Anything anything = start();
		for (Object result : List.of("text", 7, List.of("a"), Optional.empty(), Optional.of("b"),
				CompletableFuture.completedFuture("c"), CompletableFuture.failedFuture(new IllegalStateException()),
				CompletableFuture.completedStage("d"))) {
			assertThat(anything.object(result)).isSameAs(result);
		}
		assertThat(anything.object(null)).isNull();
	}

	@Test
	void methodsWhoseTypeTellsEnoughHaveNoCheck() throws NoSuchMethodException {
		for (String method : List.of("text", "texts", "order", "nothing", "number")) {
			assertThat(DeferredResults.of(Telling.class.getDeclaredMethod(method), Telling.class)).as(method).isNull();
		}
	}

	private Anything start() {
		this.context.register(Configured.class, Anything.class);
		this.context.refresh();
		return this.context.getBean(Anything.class);
	}

	@Locked("wrapped")
	static class Wrapping {

		public Optional<CompletableFuture<String>> optional() {
			return Optional.empty();
		}

		public List<Future<String>> list() {
			return List.of();
		}

		public Mono<?>[] array() {
			return new Mono<?>[0];
		}

		public Map<String, Flux<String>> map() {
			return Map.of();
		}

		public Optional<? extends CompletionStage<String>> wildcard() {
			return Optional.empty();
		}

		public Map<String, List<Optional<Mono<String>>>> deep() {
			return Map.of();
		}

		public Tasks tasks() {
			return new Tasks();
		}

		public Class<Future<?>> type() {
			throw new UnsupportedOperationException();
		}

		public Map<String, List<Optional<String>>> plain() {
			return Map.of();
		}

		public <T extends Comparable<T>> Optional<T> recursive() {
			return Optional.empty();
		}

		public Enum<?> enumeration() {
			return Thread.State.NEW;
		}

	}

	static class Tasks extends java.util.ArrayList<Future<String>> {

		private static final long serialVersionUID = 1L;

	}

	@Locked("lazy")
	static class Lazy {

		public Stream<String> stream() {
			return Stream.of();
		}

		public IntStream numbers() {
			return IntStream.of();
		}

		public Iterator<String> iterator() {
			return List.<String>of().iterator();
		}

		public Optional<Stream<String>> wrapped() {
			return Optional.empty();
		}

		public Iterable<String> iterable() {
			return List.of();
		}

	}

	interface Store<T> {

		@Locked("store")
		T find();

		@Locked("store")
		Optional<T> found();

	}

	static class FutureStore implements Store<Future<String>> {

		@Override
		public Future<String> find() {
			return new CompletableFuture<>();
		}

		@Override
		public Optional<Future<String>> found() {
			return Optional.empty();
		}

	}

	@Locked("anything")
	static class Anything {

		public @Nullable Object object(@Nullable Object result) {
			return result;
		}

		public Runnable runnable(Runnable result) {
			return result;
		}

		public <T> T parameter(T result) {
			return result;
		}

		public Optional<?> wildcard(Optional<?> result) {
			return result;
		}

		@SuppressWarnings("rawtypes")
		public Optional raw(Optional result) {
			return result;
		}

	}

	static class Telling {

		String text() {
			return "";
		}

		Optional<String> texts() {
			return Optional.empty();
		}

		Order order() {
			return new Order();
		}

		void nothing() {
		}

		int number() {
			return 1;
		}

	}

	static class Order implements Serializable {

		private static final long serialVersionUID = 1L;

	}

}
