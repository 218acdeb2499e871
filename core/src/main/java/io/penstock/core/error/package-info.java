/** Errors with their number, place and remedy. */
@NullMarked
package io.penstock.core.error;

import org.jspecify.annotations.NullMarked;
