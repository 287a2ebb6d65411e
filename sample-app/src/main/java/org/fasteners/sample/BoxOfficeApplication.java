package org.fasteners.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/**
 * One counter of the box office. Any number of counters can run: those that share a data
 * directory and a lock directory sell the same seats.
 */
@SpringBootApplication
@EnableConfigurationProperties(BoxOfficeProperties.class)
public class BoxOfficeApplication {

	/**
	 * Run a counter, or {@code prove} that counters do not sell a seat twice.
	 * @param args the options of Spring Boot, or {@code prove} and its options
	 * @throws Exception if a process of {@code prove} fails
	 */
	public static void main(String[] args) throws Exception {
		switch ((args.length > 0) ? args[0] : "") {
			case "prove" -> System.exit(Prove.run(args));
			case ProveRound.COUNTER -> ProveRound.sell(args);
			default -> SpringApplication.run(BoxOfficeApplication.class, args);
		}
	}

}
