package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Files are closed when no record lock is lost by that.
 */
@Timeout(60)
class OpenFilesTests {

	private final Object identity = UUID.randomUUID();

	private final List<String> closed = new ArrayList<>();

	private Closeable file(String name) {
		return new Named(name);
	}

	@AfterEach
	void nothingIsLeftInTheTable() {
		assertThat(Channels.TABLE.keySet()).noneMatch((key) -> key.toString().contains(this.identity.toString()));
	}

	@Test
	void withoutALockAFileIsClosedAtOnce() throws IOException {
		OpenFiles.close(this.identity, file("a"));
		assertThat(this.closed).containsExactly("a");
	}

	@Test
	void allAreClosedWhenTheLastLockHasGone() throws IOException {
		OpenFiles.retain(this.identity);
		OpenFiles.retain(this.identity);
		OpenFiles.close(this.identity, file("a"));
		OpenFiles.release(this.identity);
		OpenFiles.close(this.identity, file("b"));
		assertThat(this.closed).isEmpty();
		OpenFiles.release(this.identity);
		assertThat(this.closed).containsExactly("a", "b");
	}

	@Test
	void locksOfOtherFilesDoNotMatter() throws IOException {
		Object other = UUID.randomUUID();
		OpenFiles.retain(other);
		OpenFiles.close(this.identity, file("a"));
		assertThat(this.closed).containsExactly("a");
		OpenFiles.release(other);
	}

	@Test
	void aFileThatIsALockFileIsNeverClosed() throws IOException {
		Channels.TABLE.put(this.identity, "its channel");
		OpenFiles.close(this.identity, file("a"));
		OpenFiles.retain(this.identity);
		OpenFiles.release(this.identity);
		assertThat(this.closed).isEmpty();
		Channels.TABLE.remove(this.identity);
		OpenFiles.close(this.identity, file("b"));
		assertThat(this.closed).containsExactly("a", "b");
	}

	@Test
	void whatWaitsToBeClosedIsTakenBackOnce() throws IOException {
		assertThat(OpenFiles.reopen(this.identity, Named.class, (file) -> true)).isNull();
		OpenFiles.retain(this.identity);
		Closeable a = file("a");
		OpenFiles.close(this.identity, a);
		OpenFiles.close(this.identity, () -> this.closed.add("another type"));
		assertThat(OpenFiles.reopen(this.identity, Named.class, (file) -> !file.name.equals("a"))).isNull();
		assertThat(OpenFiles.reopen(this.identity, Named.class, (file) -> true)).isSameAs(a);
		assertThat(OpenFiles.reopen(this.identity, Named.class, (file) -> true)).isNull();
		OpenFiles.release(this.identity);
		assertThat(this.closed).containsExactly("another type");
	}

	@Test
	void oneThatCannotBeClosedDoesNotKeepTheOthersOpen() throws IOException {
		OpenFiles.retain(this.identity);
		for (String name : List.of("a", "b")) {
			OpenFiles.close(this.identity, () -> {
				throw new IOException(name);
			});
			OpenFiles.close(this.identity, file(name));
		}
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> OpenFiles.release(this.identity))
			.withMessage("b")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.satisfies((other) -> assertThat(other).hasMessage("a")));
		assertThat(this.closed).containsExactly("a", "b");
	}

	@Test
	void aFailureOfAnotherKindLosesNothing() throws IOException {
		OpenFiles.retain(this.identity);
		OpenFiles.close(this.identity, () -> {
			throw new IllegalStateException("planned");
		});
		OpenFiles.close(this.identity, file("a"));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> OpenFiles.release(this.identity));
		OpenFiles.close(this.identity, file("b"));
		assertThat(this.closed).containsExactly("a", "b");
	}

	@Test
	void aReleaseTooManyIsAnError() {
		assertThatNullPointerException().isThrownBy(() -> OpenFiles.release(this.identity));
	}

	private final class Named implements Closeable {

		private final String name;

		Named(String name) {
			this.name = name;
		}

		@Override
		public void close() {
			OpenFilesTests.this.closed.add(this.name);
		}

	}

}
