package org.fasteners.interceptor;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;

import org.springframework.context.support.AbstractApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * How a context refuses to start.
 */
final class Refusal {

	private Refusal() {
	}

	/** Start a context that shall not start. */
	static LockMisuseException of(AbstractApplicationContext context) {
		LockMisuseException ex = catchThrowableOfType(LockMisuseException.class, context::refresh);
		assertThat(ex).as("refusal").isNotNull();
		assertThat(context.isActive()).isFalse();
		return ex;
	}

	static void assertFinding(Finding finding, String place, String cause, String fix) {
		assertThat(finding.bean()).isNotBlank();
		assertThat(finding.place()).isEqualTo(place);
		assertThat(finding.cause()).contains(cause);
		assertThat(finding.fix()).contains(fix);
	}

}
