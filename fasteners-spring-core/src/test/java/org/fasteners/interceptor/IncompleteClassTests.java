package org.fasteners.interceptor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Classes whose methods have types that are not there, as configurations for optional
 * libraries may have.
 */
class IncompleteClassTests {

	private final LockDeclarations declarations = new LockDeclarations();

	@Test
	void oneThatHasNoLockAnnotationIsNoConcernOfOurs() throws Exception {
		Class<?> type = incomplete(Plain.class);
		assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(type::getDeclaredMethods);
		assertThat(this.declarations.concern(type)).isFalse();
	}

	@Test
	void oneThatHasALockAnnotationIs() throws Exception {
		assertThat(this.declarations.concern(incomplete(Annotated.class))).isTrue();
		assertThat(this.declarations.concern(incomplete(AnnotatedMethod.class))).isTrue();
		assertThat(this.declarations.concern(incomplete(AnnotatedTwice.class))).isTrue();
	}

	private static Class<?> incomplete(Class<?> type) throws ClassNotFoundException {
		return new WithoutMissing(type).loadClass(type.getName());
	}

	static class Plain {

		Missing something() {
			return new Missing();
		}

	}

	@Locked
	static class Annotated {

		Missing something() {
			return new Missing();
		}

	}

	static class AnnotatedMethod {

		@Locked
		Missing something() {
			return new Missing();
		}

	}

	static class AnnotatedTwice {

		@Locked("a")
		@Locked("b")
		Missing something() {
			return new Missing();
		}

	}

	static class Missing {

	}

	/**
	 * Loads one class anew and never finds {@link Missing}.
	 */
	private static final class WithoutMissing extends ClassLoader {

		private final Class<?> type;

		WithoutMissing(Class<?> type) {
			super(type.getClassLoader());
			this.type = type;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.equals(Missing.class.getName())) {
				throw new ClassNotFoundException(name);
			}
			if (!name.equals(this.type.getName())) {
				return super.loadClass(name, resolve);
			}
			Class<?> loaded = findLoadedClass(name);
			return (loaded != null) ? loaded : define(name);
		}

		private Class<?> define(String name) {
			try (InputStream source = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = Objects.requireNonNull(source).readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
