package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * What a test puts in the place of beans. Mocks run nothing, so they need no lock. Other
 * objects ({@code @TestBean}) are put into the context past the container, which makes no
 * proxy for them: they are what the test wants, and are mentioned.
 */
final class TestDoubles {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	/** Of Spring's test support, which is not there in production. */
	private static final String OVERRIDE = "org.springframework.test.context.bean.override.BeanOverride";

	private TestDoubles() {
	}

	/** Whether a bean is one that a test has put in the place of another. */
	static boolean isDouble(Object bean, @Nullable BeanDefinition definition, String name) {
		if (isMock(bean)) {
			return true;
		}
		if (AopUtils.isAopProxy(bean) || !isOverridden(definition)) {
			return false;
		}
		LOGGER.log(Level.INFO, "Bean ''{0}'' is an object of a test ({1}): its lock annotations do not lock", name,
				LockChecks.name(bean.getClass()));
		return true;
	}

	/** A field of the test stands in the definition. */
	private static boolean isOverridden(@Nullable BeanDefinition definition) {
		return definition instanceof RootBeanDefinition root && root.getQualifiedElement() != null
				&& MergedAnnotations.from(root.getQualifiedElement()).isPresent(OVERRIDE);
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
