/**
 * The crash sweep: a device that keeps what is written and flushed in which order, and every image
 * that a loss of power could have left of it, to be recovered and checked by a layout's own
 * checker. Start at {@link io.penstock.testkit.crash.CrashSweep}.
 */
@NullMarked
package io.penstock.testkit.crash;

import org.jspecify.annotations.NullMarked;
