package org.fasteners.interceptor;

import java.util.Objects;

import org.springframework.util.ClassUtils;

/**
 * Mocks that a test puts in the place of beans: they run nothing, so they need no lock.
 */
final class TestDoubles {

	private TestDoubles() {
	}

	/**
	 * Whether an object is a mock. The class of an inline mock does not tell, so Mockito
	 * is asked, if it is there.
	 */
	static boolean isMock(Object bean) {
		ClassLoader loader = bean.getClass().getClassLoader();
		if (!ClassUtils.isPresent("org.mockito.Mockito", loader)) {
			return false;
		}
		try {
			Object details = ClassUtils.forName("org.mockito.Mockito", loader)
				.getMethod("mockingDetails", Object.class)
				.invoke(null, bean);
			return Boolean.TRUE.equals(ClassUtils.forName("org.mockito.MockingDetails", loader)
				.getMethod("isMock")
				.invoke(Objects.requireNonNull(details)));
		}
		catch (ReflectiveOperationException ex) {
			// not a Mockito that is known here
			return false;
		}
	}

}
