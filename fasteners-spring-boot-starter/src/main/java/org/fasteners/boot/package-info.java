/**
 * Auto-configuration for Spring Boot. Nothing imports it.
 */
@NullMarked
package org.fasteners.boot;

import org.jspecify.annotations.NullMarked;
