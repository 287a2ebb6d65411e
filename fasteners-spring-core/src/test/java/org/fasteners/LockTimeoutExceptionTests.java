package org.fasteners;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link LockTimeoutException}.
 */
class LockTimeoutExceptionTests {

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private static final LockHolder OTHER = new LockHolder(LockMode.EXCLUSIVE, 4242, null, "java -jar office.jar",
			null);

	@Test
	void whatIsToldToStrangersIsAPartOfTheMessage() {
		LockTimeoutException ex = new LockTimeoutException("catalog", LockMode.SHARED, LIMIT, LIMIT,
				List.of(OTHER, OTHER, OTHER), "Catalog.reload()");
		assertThat(ex).hasMessage(
				"Could not lock 'catalog' for reading within 2s in Catalog.reload(); held for writing by pid 4242 (java -jar office.jar) and 2 more");
		assertThat(ex.summary()).isEqualTo("Could not lock 'catalog' for reading within 2s");
		assertThat(ex.heldBy()).contains("pid 4242 (java -jar office.jar) and 2 more");
	}

	@Test
	void aProcessThatBlocksTheQueueIsNamedAsSuch() {
		LockTimeoutException ex = new LockTimeoutException("catalog", LockMode.EXCLUSIVE, LIMIT, LIMIT,
				List.of(OTHER.asWaiter()), null);
		assertThat(ex).hasMessage(
				"Could not lock 'catalog' for writing within 2s; no holder is known, but the place of the first waiter is held by pid 4242 (java -jar office.jar)");
		assertThat(ex.holders()).allMatch(LockHolder::waiting);
	}

	@Test
	void aProcessThatBlocksTheQueueIsNamedBehindTheHolders() {
		LockHolder waiter = new LockHolder(LockMode.EXCLUSIVE, 17, null, null, null).asWaiter();
		LockTimeoutException ex = new LockTimeoutException("catalog", LockMode.SHARED, LIMIT, LIMIT,
				List.of(OTHER, OTHER, waiter), null);
		assertThat(ex).hasMessage(
				"Could not lock 'catalog' for reading within 2s; held for writing by pid 4242 (java -jar office.jar) and 1 more; the place of the first waiter is held by pid 17");
		assertThat(ex.heldBy()).contains("pid 4242 (java -jar office.jar) and 1 more");
		assertThat(ex.holders()).containsExactly(OTHER, OTHER, waiter);
	}

	@Test
	void nothingIsToldThatIsNotKnown() {
		LockTimeoutException ex = new LockTimeoutException("catalog", LockMode.UPDATE, Duration.ZERO, LIMIT, List.of(),
				null);
		assertThat(ex).hasMessage("Could not lock 'catalog' for updating at once; it is not known who holds it");
		assertThat(ex.summary()).isEqualTo("Could not lock 'catalog' for updating at once");
		assertThat(ex.heldBy()).isEmpty();
	}

	@Test
	void permitsReadLikewise() {
		LockTimeoutException ex = LockTimeoutException.ofPermits("reports", 1, 3, LIMIT, LIMIT, List.of(OTHER),
				"Reports.print()");
		assertThat(ex).hasMessage(
				"Could not get 1 of 3 permits of 'reports' within 2s in Reports.print(); held by pid 4242 (java -jar office.jar)");
		assertThat(ex.summary()).isEqualTo("Could not get 1 of 3 permits of 'reports' within 2s");
		assertThat(ex.heldBy()).contains("pid 4242 (java -jar office.jar)");
	}

	@Test
	void namesAreEscapedAndCutAndNoFormats() {
		String format = "%" + "s";
		LockTimeoutException ex = new LockTimeoutException(format + "\n\u202e" + "x".repeat(100), LockMode.SHARED,
				LIMIT, LIMIT, List.of(LockHolder.local(LockMode.SHARED, format + "\n")), "A" + format + "()");
		assertThat(ex.summary()).startsWith("Could not lock '" + format + "\\u000a\\u202exxx")
			.endsWith("xxx...' for reading within 2s");
		assertThat(ex.heldBy()).contains("owner '" + format + "\\u000a'");
		assertThat(ex.getMessage())
			.contains(" in A" + format + "(); held for reading by owner '" + format + "\\u000a'");
	}

	@Test
	void theWordsAndTheHoldersSurviveSerialisation() throws Exception {
		LockHolder thread = LockHolder.local(LockMode.UPDATE, Thread.currentThread());
		LockHolder started = new LockHolder(LockMode.SHARED, 17, null, null, Instant.ofEpochSecond(1_000));
		LockTimeoutException ex = copy(new LockTimeoutException("catalog", LockMode.SHARED, LIMIT, LIMIT,
				List.of(OTHER, thread, started), null));
		assertThat(ex.summary()).isEqualTo("Could not lock 'catalog' for reading within 2s");
		assertThat(ex.heldBy()).contains("pid 4242 (java -jar office.jar) and 2 more");
		assertThat(ex.holders()).containsExactly(OTHER, thread, started);
		assertThat(ex.mode()).isEqualTo(LockMode.SHARED);
		assertThat(ex.waited()).isEqualTo(LIMIT);
		assertThat(copy(new LockTimeoutException("catalog", LockMode.SHARED, LIMIT, LIMIT, List.of(), null)).holders())
			.isEmpty();
	}

	@Test
	void theFindingsOfAMisuseSurviveSerialisation() throws Exception {
		LockMisuseException.Finding finding = new LockMisuseException.Finding("bean", "Type.method()", "cause", "fix");
		LockMisuseException ex = copy(new LockMisuseException(List.of(finding)));
		assertThat(ex.findings()).containsExactly(finding);
	}

	@SuppressWarnings("unchecked")
	private static <T> T copy(T original) throws IOException, ClassNotFoundException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		new ObjectOutputStream(bytes).writeObject(original);
		return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
	}

}
