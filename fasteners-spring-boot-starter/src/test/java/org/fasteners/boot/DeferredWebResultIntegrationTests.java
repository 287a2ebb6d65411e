package org.fasteners.boot;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for responses of web applications that are written after the method has returned.
 */
@Timeout(60)
class DeferredWebResultIntegrationTests {

	@Test
	void responsesThatAreWrittenLaterStopTheStart() {
		LockMisuseException ex = catchThrowableOfType(LockMisuseException.class,
				() -> Start.application(Handlers.class).close());
		assertThat(ex.findings()).extracting(Finding::place)
			.containsExactlyInAnyOrder("Handlers.streamed()", "Handlers.written()", "Handlers.mono()",
					"Handlers.flux()", "Handlers.deferred()", "Handlers.events()", "Handlers.callable()");
	}

	@Test
	void aResultThatIsWrittenLaterFailsTheCallIfTheReturnTypeAllowsBoth() {
		try (ConfigurableApplicationContext context = Start.application(Open.class)) {
			Open open = context.getBean(Open.class);
			StreamingResponseBody body = (stream) -> stream.write("later".getBytes(StandardCharsets.UTF_8));
			for (Object later : new Object[] { body, Mono.just("later"), new DeferredResult<>(), new SseEmitter() }) {
				assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> open.entity(later));
				assertThatExceptionOfType(LockMisuseException.class)
					.isThrownBy(() -> open.object(new HttpEntity<>(later)));
			}
			assertThat(open.entity("now").getBody()).isEqualTo("now");
			assertThat(open.object(ResponseEntity.noContent().build())).isInstanceOf(ResponseEntity.class);
		}
	}

	@Locked("handlers")
	static class Handlers {

		public ResponseEntity<StreamingResponseBody> streamed() {
			throw new UnsupportedOperationException();
		}

		public Written written() {
			throw new UnsupportedOperationException();
		}

		public HttpEntity<Mono<String>> mono() {
			throw new UnsupportedOperationException();
		}

		public ResponseEntity<Flux<String>> flux() {
			throw new UnsupportedOperationException();
		}

		public ResponseEntity<DeferredResult<String>> deferred() {
			throw new UnsupportedOperationException();
		}

		public ResponseEntity<SseEmitter> events() {
			throw new UnsupportedOperationException();
		}

		public HttpEntity<Callable<String>> callable() {
			throw new UnsupportedOperationException();
		}

		public ResponseEntity<String> text() {
			throw new UnsupportedOperationException();
		}

	}

	abstract static class Written implements StreamingResponseBody {

	}

	@Locked("open")
	static class Open {

		public ResponseEntity<?> entity(Object body) {
			return ResponseEntity.ok(body);
		}

		public Object object(Object result) {
			return result;
		}

	}

}
