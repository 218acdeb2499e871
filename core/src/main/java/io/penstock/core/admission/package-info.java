/** Checks a request before anything happens. */
@NullMarked
package io.penstock.core.admission;

import org.jspecify.annotations.NullMarked;
