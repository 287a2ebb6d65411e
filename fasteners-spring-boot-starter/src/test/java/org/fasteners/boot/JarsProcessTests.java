package org.fasteners.boot;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for the published jars, as the build has created them.
 */
class JarsProcessTests {

	private static final String NAME = "fasteners-spring-boot-starter-";

	@Test
	void theJarNamesItsModuleItsVersionAndItsLicence() throws IOException {
		try (JarFile jar = new JarFile(jar("").toFile())) {
			Manifest manifest = jar.getManifest();
			Attributes attributes = manifest.getMainAttributes();
			assertThat(attributes.getValue("Automatic-Module-Name")).isEqualTo("org.fasteners.boot");
			assertThat(attributes.getValue("Implementation-Title")).isEqualTo("fasteners-spring-boot-starter");
			assertThat(jar("").getFileName())
				.hasToString(NAME + attributes.getValue("Implementation-Version") + ".jar");
			assertHasLicence(jar);
		}
	}

	@Test
	void theJarIsAModuleThatIsValid() throws IOException {
		StringWriter out = new StringWriter();
		StringWriter err = new StringWriter();
		int status = ToolProvider.findFirst("jar")
			.orElseThrow()
			.run(new PrintWriter(out), new PrintWriter(err), "--describe-module", "--file", jar("").toString());
		assertThat(status).as(err.toString()).isZero();
		assertThat(out.toString()).contains("org.fasteners.boot@", "automatic", "requires java.base",
				"contains org.fasteners.boot");
	}

	@Test
	void theSourcesJarIsBuilt() throws IOException {
		try (JarFile jar = new JarFile(jar("-sources").toFile())) {
			assertThat(jar.getEntry("org/fasteners/boot/FastenersProperties.java")).isNotNull();
			assertHasLicence(jar);
		}
	}

	private static void assertHasLicence(JarFile jar) throws IOException {
		for (String name : new String[] { "LICENSE", "NOTICE" }) {
			byte[] content = jar.getInputStream(jar.getEntry("META-INF/" + name)).readAllBytes();
			assertThat(content).as(name).isEqualTo(Files.readAllBytes(Path.of("..", name)));
		}
	}

	private static Path jar(String classifier) throws IOException {
		try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target"), NAME + "[0-9]*.jar")) {
			for (Path jar : jars) {
				String name = jar.getFileName().toString();
				if (name.matches(NAME + "[0-9.]+(-SNAPSHOT)?" + classifier + "\\.jar")) {
					return jar;
				}
			}
		}
		catch (IOException ex) {
			assumeThat(Path.of("target")).as("the module has been built").isDirectory();
			throw ex;
		}
		throw new AssertionError("There is no jar " + NAME + "*" + classifier + ".jar: run mvn package");
	}

}
