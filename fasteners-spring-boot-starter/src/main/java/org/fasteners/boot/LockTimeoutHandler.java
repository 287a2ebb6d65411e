package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import org.fasteners.LockTimeoutException;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers a web request that did not get its lock in time with 503 and problem details.
 * What these do not tell is in the log. As Spring Boot's own handler of problem details
 * it goes before handlers of all exceptions that say nothing of their order, and after
 * those of an order below zero. Not final, so that it may be proxied.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@RestControllerAdvice
@Order(0)
class LockTimeoutHandler {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final boolean showHolder;

	LockTimeoutHandler(boolean showHolder) {
		this.showHolder = showHolder;
	}

	@ExceptionHandler
	ProblemDetail handle(LockTimeoutException ex) {
		LOGGER.log(Level.WARNING, ex.getMessage());
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ex.summary());
		problem.setTitle(HttpStatus.SERVICE_UNAVAILABLE.getReasonPhrase());
		problem.setProperty("lock", ex.lockName());
		if (this.showHolder) {
			ex.heldBy().ifPresent((holder) -> problem.setProperty("holder", holder));
		}
		return problem;
	}

}
