/**
 * Switches the annotations on in Spring without Boot. Imports the other packages; no
 * Spring Boot.
 */
@NullMarked
package org.fasteners.config;

import org.jspecify.annotations.NullMarked;
