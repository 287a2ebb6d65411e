/**
 * Auto-configuration for Spring Boot. No other package of this library imports it.
 */
@NullMarked
package org.fasteners.boot;

import org.jspecify.annotations.NullMarked;
