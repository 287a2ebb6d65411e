package org.fasteners.boot.framework6;

import java.time.Duration;
import java.util.List;

import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.result.MockMvcResultMatchers;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a slice test of the web layer, on Spring Boot 3.5, has locks and problem
 * details.
 */
@Timeout(60)
@WebMvcTest(properties = "fasteners.web.problem-details=true",
		excludeAutoConfiguration = { SecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class })
@AutoConfigureMockMvc(addFilters = false)
@Import(WebMvcSliceIntegrationTests.Desk.class)
class WebMvcSliceIntegrationTests {

	@Test
	void aControllerIsLocked(@Autowired Desk desk, @Autowired LockRegistry locks) {
		assertThat(AopUtils.isAopProxy(desk)).isTrue();
		assertThat(desk.heldIn(locks)).isTrue();
	}

	@Test
	void aTimeoutBecomesProblemDetails(@Autowired MockMvc mvc) throws Exception {
		mvc.perform(MockMvcRequestBuilders.get("/late"))
			.andExpect(MockMvcResultMatchers.status().isServiceUnavailable())
			.andExpect(MockMvcResultMatchers.jsonPath("$.lock").value("desk"));
	}

	@SpringBootConfiguration
	static class Application {

	}

	@RestController
	static class Desk {

		@Locked("desk")
		public boolean heldIn(LockRegistry locks) {
			return locks.lock("desk").isHeldByCurrentOwner();
		}

		@GetMapping("/late")
		public String late() {
			throw new LockTimeoutException("desk", LockMode.EXCLUSIVE, Duration.ZERO, Duration.ZERO, List.of(),
					"Desk.late()");
		}

	}

}
