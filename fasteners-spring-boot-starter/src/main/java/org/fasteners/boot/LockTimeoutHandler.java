package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

import org.fasteners.LockTimeoutException;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Maps a {@link LockTimeoutException} of a web request to a response with status 503,
 * problem details and {@code Retry-After}. The log has the details that the response
 * omits. The order is that of Spring Boot's own handler of problem details: before
 * handlers of all exceptions without an order, and after handlers with an order below
 * zero. Not final, so that it can be proxied.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@RestControllerAdvice
@Order(0)
class LockTimeoutHandler {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final boolean showHolder;

	private final Duration retryAfter;

	LockTimeoutHandler(boolean showHolder, Duration retryAfter) {
		this.showHolder = showHolder;
		this.retryAfter = retryAfter;
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(LockTimeoutException ex) {
		LOGGER.log(Level.WARNING, ex.getMessage());
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ex.summary());
		problem.setTitle(HttpStatus.SERVICE_UNAVAILABLE.getReasonPhrase());
		problem.setProperty("lock", ex.publicName());
		if (this.showHolder) {
			ex.heldBy().ifPresent((holder) -> problem.setProperty("holder", holder));
		}
		ResponseEntity.BodyBuilder response = ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE);
		if (!this.retryAfter.isZero()) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(seconds(this.retryAfter)));
		}
		return response.body(problem);
	}

	/**
	 * The header has whole seconds. They are rounded up, so that no client retries too
	 * early.
	 */
	private static long seconds(Duration duration) {
		return duration.getSeconds() + ((duration.getNano() > 0) ? 1 : 0);
	}

}
