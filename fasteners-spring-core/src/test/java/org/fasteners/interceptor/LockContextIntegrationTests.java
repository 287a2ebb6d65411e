package org.fasteners.interceptor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

import org.fasteners.Background;
import org.fasteners.LockContext;
import org.fasteners.LockContext.Held;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.Locks;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.fasteners.thread.ReaderWriterLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a body can learn of the locks that it runs under.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class LockContextIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final LockRegistry registry;

	private final Works works;

	LockContextIntegrationTests(@TempDir Path directory) {
		this.registry = LockRegistries.builder().lockDirectory(directory.resolve("locks")).build();
		this.context.registerBean(LockRegistry.class, () -> this.registry);
		this.context.register(Annotations.class, Works.class);
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("catalog.name", "catalog")));
		this.context.refresh();
		this.works = this.context.getBean(Works.class);
	}

	@AfterAll
	void close() {
		this.context.close();
	}

	@AfterEach
	void nothingIsLeft() {
		assertThat(LockContext.current().locks()).isEmpty();
	}

	private static List<Held> held() {
		return LockContext.current().locks();
	}

	@Test
	void outsideOfAnnotatedMethodsThereIsNothing() {
		assertThat(held()).isEmpty();
		try (LockHold hold = this.registry.lock("catalog").acquire()) {
			assertThat(hold).isNotNull();
			assertThat(held()).as("by code").isEmpty();
		}
	}

	@Test
	void aBodySeesNameModeAndKey() throws Exception {
		assertThat(this.works.write(() -> held()))
			.containsExactly(new Held("catalog", null, LockMode.EXCLUSIVE, Duration.ZERO));
		assertThat(this.works.read(() -> held(), 7))
			.containsExactly(new Held("catalog", "7", LockMode.SHARED, Duration.ZERO));
		assertThat(this.works.file(() -> held()))
			.containsExactly(new Held("catalog.file", null, LockMode.SHARED, Duration.ZERO));
		assertThat(this.works.permit(() -> held()))
			.containsExactly(new Held("catalog", null, LockMode.SHARED, Duration.ZERO));
	}

	@Test
	void theNameIsTheOneWithItsPlaceholdersReplaced() throws Exception {
		assertThat(this.works.placeholder(() -> held())).extracting(Held::name).containsExactly("catalog");
	}

	@Test
	void locksOfTheBeanHaveNamesAsWell() throws Exception {
		assertThat(this.works.own(() -> held())).singleElement()
			.satisfies((lock) -> assertThat(lock.name()).startsWith(Works.class.getName() + " instance "))
			.satisfies((lock) -> assertThat(lock.key()).isNull());
		assertThat(this.works.ownOfKey(() -> held(), "x")).singleElement().satisfies((lock) -> {
			assertThat(lock.name()).startsWith(Works.class.getName() + " instance ");
			assertThat(lock.key()).isEqualTo("x");
		});
		assertThat(this.works.foreign(() -> held())).extracting(Held::name).containsExactly("Works.foreign");
		assertThat(this.works.ours(() -> held())).extracting(Held::name, Held::mode)
			.containsExactly(org.assertj.core.groups.Tuple.tuple("shelf", LockMode.SHARED));
	}

	@Test
	void theWaitIsTold() {
		Background<List<Held>> waiter;
		try (LockHold hold = this.registry.lock("catalog").acquire()) {
			assertThat(hold).isNotNull();
			waiter = Background.run(() -> this.works.write(() -> held())).awaitWaiting();
		}
		assertThat(waiter.result()).singleElement().satisfies((lock) -> assertThat(lock.waited()).isPositive());
	}

	@Test
	void theyGrowAndShrinkWithTheCalls() throws Exception {
		List<List<String>> seen = new ArrayList<>();
		Runnable look = () -> seen.add(held().stream().map(Held::name).toList());
		this.works.write(() -> {
			look.run();
			this.works.own(() -> {
				look.run();
				return this.works.write(() -> {
					look.run();
					return held();
				});
			});
			look.run();
			return held();
		});
		look.run();
		String own = seen.get(1).get(1);
		assertThat(seen).containsExactly(List.of("catalog"), List.of("catalog", own),
				List.of("catalog", own, "catalog"), List.of("catalog"), List.of());
	}

	@Test
	void afterAnExceptionOrAnErrorNothingIsLeft() {
		for (Throwable thrown : List.of(new IllegalStateException("planned"), new LinkageError("planned"))) {
			assertThatExceptionOfType(thrown.getClass()).isThrownBy(() -> this.works.write(() -> {
				if (thrown instanceof Error error) {
					throw error;
				}
				throw (RuntimeException) thrown;
			}));
			nothingIsLeft();
		}
	}

	@Test
	void aSnapshotDoesNotChange() throws Exception {
		LockContext[] snapshot = new LockContext[1];
		this.works.write(() -> {
			snapshot[0] = LockContext.current();
			return held();
		});
		assertThat(snapshot[0].locks()).hasSize(1);
		assertThat(snapshot[0].lock("catalog")).isPresent();
		assertThat(snapshot[0].lock("other")).isEmpty();
	}

	@Test
	void ofSeveralOfOneNameTheInnermostIsMeant() throws Exception {
		this.works.read(() -> {
			assertThat(LockContext.current().lock("catalog")).map(Held::key).contains("7");
			return this.works.read(() -> {
				assertThat(LockContext.current().lock("catalog")).map(Held::key).contains("8");
				return held();
			}, 8);
		}, 7);
	}

	@Test
	void anotherThreadHasItsOwn() throws Exception {
		this.works.write(() -> {
			assertThat(Background.elsewhere(() -> held())).isEmpty();
			assertThatIllegalStateException()
				.isThrownBy(() -> Background.start(() -> Locks.requireHeld("catalog")).result());
			return Background.elsewhere(() -> this.works.own(() -> held()));
		});
	}

	@Test
	void requireHeldIsContentUnderTheLock() throws Exception {
		this.works.write(() -> {
			Locks.requireHeld("catalog");
			return held();
		});
		this.works.read(() -> {
			Locks.requireHeld("catalog");
			Locks.requireHeld("catalog", "7");
			return held();
		}, 7);
	}

	@Test
	void itsTextEscapesWhatANameOrKeyMayHold() throws Exception {
		assertThat(this.works.read(() -> held(), 7)).asString().contains("name='catalog', key='7', mode=SHARED");
		LockContext context = new LockContext(
				List.of(new Held("a\r\nb", "\u202e\u001b[31m", LockMode.SHARED, Duration.ZERO)));
		assertThat(context).asString()
			.contains("'a\\u000d\\u000ab'", "'\\u202e\\u001b[31m'")
			.doesNotContain("\n", "\r", "\u202e", "\u001b");
	}

	@Test
	void requireHeldTellsWhichLockIsMissing() throws Exception {
		assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("catalog"))
			.withMessageContaining("holds the lock 'catalog' (it holds none)");
		this.works.read(() -> {
			assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("catalog", "8"))
				.withMessageContaining("the lock 'catalog' of key '8' (it holds 'catalog' of key '7')");
			assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("other"))
				.withMessageContaining("the lock 'other' (it holds 'catalog' of key '7')")
				.satisfies((ex) -> assertThat(ex).as("what cannot be the reason")
					.hasMessageNotContaining("@EnableFasteners"));
			return held();
		}, 7);
		this.works.write(() -> {
			assertThatIllegalStateException().as("the lock of no key is not that of a key")
				.isThrownBy(() -> Locks.requireHeld("catalog", "7"));
			return held();
		});
	}

	@Test
	void requireHeldNoticesACallPastTheProxy() {
		assertThatIllegalStateException().isThrownBy(this.works::callsItself)
			.withMessageStartingWith(String.format(Locale.ROOT,
					"No annotated method of thread '%s' holds the lock 'catalog' (it holds none). Possible reasons: ",
					Thread.currentThread().getName()))
			.withMessageContainingAll("past the proxy that locks, as this.method() does: call it through its bean",
					"another lock or key", "another thread", "@EnableFasteners", "TestSection.of(name)");
		assertThat(this.works.guarded()).isEqualTo("guarded");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	static class Works {

		final ReentrantLock foreign = new ReentrantLock();

		final ReaderWriterLock ours = new ReaderWriterLock("shelf");

		@Locked("catalog")
		List<Held> write(Callable<List<Held>> body) throws Exception {
			return body.call();
		}

		@ReadLocked(value = "catalog", key = "#key")
		List<Held> read(Callable<List<Held>> body, int key) throws Exception {
			return body.call();
		}

		@InterProcessReadLocked("catalog.file")
		List<Held> file(Callable<List<Held>> body) throws Exception {
			return body.call();
		}

		@InterProcessLimited(value = "catalog", permits = 2)
		List<Held> permit(Callable<List<Held>> body) throws Exception {
			return body.call();
		}

		@Locked("${catalog.name}")
		List<Held> placeholder(Callable<List<Held>> body) throws Exception {
			return body.call();
		}

		@Locked
		List<Held> own(Callable<List<Held>> body) throws Exception {
			return body.call();
		}

		@Locked(key = "#key")
		List<Held> ownOfKey(Callable<List<Held>> body, String key) throws Exception {
			return body.call();
		}

		@Locked(using = "foreign")
		List<Held> foreign(Callable<List<Held>> body) throws Exception {
			return body.call();
		}

		@ReadLocked(using = "ours")
		List<Held> ours(Callable<List<Held>> body) throws Exception {
			return body.call();
		}

		String callsItself() {
			return guarded();
		}

		@Locked("catalog")
		String guarded() {
			Locks.requireHeld("catalog");
			return "guarded";
		}

	}

}
