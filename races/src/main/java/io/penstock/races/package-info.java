/** Runs the races of this module's tests and judges what was seen: {@code build/prove-races}. */
@NullMarked
package io.penstock.races;

import org.jspecify.annotations.NullMarked;
