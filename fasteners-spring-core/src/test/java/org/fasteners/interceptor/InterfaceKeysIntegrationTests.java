package org.fasteners.interceptor;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.fasteners.Background;
import org.fasteners.LockContext;
import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys and fallbacks of annotations on interfaces, whose beans are JDK proxies or name
 * their parameters otherwise.
 */
@Timeout(60)
class InterfaceKeysIntegrationTests {

	private static final List<String> KEYS = new ArrayList<>();

	private static List<String> keys(Class<?> bean, boolean lazy, Consumer<AnnotationConfigApplicationContext> call) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean("bean", bean, (definition) -> definition.setLazyInit(lazy));
			context.register(Configured.class);
			context.refresh();
			KEYS.clear();
			call.accept(context);
			return List.copyOf(KEYS);
		}
	}

	private static void record() {
		LockContext.current().locks().forEach((held) -> KEYS.add(held.name() + "=" + held.key()));
	}

	@Test
	void aJdkProxyTakesTheNamesOfTheInterface() {
		assertThat(keys(RepositoryFactory.class, false, (context) -> context.getBean(Repository.class).increment(7L)))
			.containsExactly("repository=7");
	}

	@Test
	void aJdkProxyThatIsMadeLateTakesThemToo() {
		assertThat(keys(RepositoryFactory.class, true, (context) -> context.getBean(Repository.class).increment(7L)))
			.containsExactly("repository=7");
	}

	@Test
	void anAnnotationOfTheWholeInterfaceTakesThemToo() {
		assertThat(keys(LedgerFactory.class, true, (context) -> context.getBean(Ledger.class).book(8L)))
			.containsExactly("ledger=8");
	}

	@Test
	void aFallbackOfAJdkProxyMayBePrivateAndGeneric() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean("bean", RepositoryFactory.class, (definition) -> definition.setLazyInit(true));
			context.register(Configured.class);
			context.refresh();
			Repository repository = context.getBean(Repository.class);
			try (LockHold hold = context.getBean(LockRegistry.class).lock("busy").acquire()) {
				assertThat(hold).isNotNull();
				assertThat(Background.elsewhere(() -> repository.find(List.of("a")))).isEqualTo("instead of [a]");
			}
		}
	}

	@Test
	void theNamesOfTheInterfaceCountBesideThoseOfTheClass() {
		assertThat(keys(Renaming.class, false, (context) -> context.getBean(Transfers.class).move("a", "b")))
			.containsExactly("transfers=a");
		assertThat(keys(Renaming.class, false, (context) -> context.getBean(Transfers.class).back("a", "b")))
			.containsExactly("transfers=a");
	}

	@Test
	void aNameThatNeitherHasIsRefusedAndTheNumberIsSuggested() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Configured.class, Unknown.class);
			assertThat(Refusal.of(context).findings()).singleElement()
				.satisfies((finding) -> Refusal.assertFinding(finding, "Unknown.move()", "names '#source'", "#p0"));
		}
	}

	private static Object proxy(Class<?> type) {
		InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
			case "toString" -> type.getName();
			case "hashCode" -> System.identityHashCode(proxy);
			case "equals" -> proxy == arguments[0];
			default -> InvocationHandler.invokeDefault(proxy, method, arguments);
		};
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler);
	}

	/** As those of Spring Data. */
	interface Repository {

		@Locked(value = "repository", key = "#id")
		default void increment(Long id) {
			record();
		}

		@Locked(value = "busy", timeout = "0", fallback = "instead")
		default String find(List<String> ids) {
			return "found";
		}

		@SuppressWarnings({ "UnusedMethod", "UnusedVariable" })
		private String instead(List<String> ids, LockTimeoutException timeout) {
			return "instead of " + ids;
		}

		@SuppressWarnings({ "UnusedMethod", "UnusedVariable" })
		private String instead(Object id, LockTimeoutException timeout) {
			return "wrong";
		}

	}

	static class RepositoryFactory implements FactoryBean<Repository> {

		@Override
		public Repository getObject() {
			return (Repository) proxy(Repository.class);
		}

		@Override
		public Class<?> getObjectType() {
			return Repository.class;
		}

	}

	@Locked(value = "ledger", key = "#amount")
	interface Ledger {

		default void book(Long amount) {
			record();
		}

	}

	static class LedgerFactory implements FactoryBean<Ledger> {

		@Override
		public Ledger getObject() {
			return (Ledger) proxy(Ledger.class);
		}

		@Override
		public Class<?> getObjectType() {
			return Ledger.class;
		}

	}

	interface Transfers {

		@Locked(value = "transfers", key = "#from")
		void move(String from, String to);

		void back(String from, String to);

	}

	static class Renaming implements Transfers {

		/** The same names for other parameters. */
		@Override
		@SuppressWarnings("OverridingMethodInconsistentArgumentNamesChecker")
		public void move(String to, String from) {
			record();
		}

		@Override
		@Locked(value = "transfers", key = "#from")
		public void back(String source, String target) {
			record();
		}

	}

	static class Unknown {

		@Locked(value = "transfers", key = "#source")
		void move(String from, String to) {
		}

	}

}
