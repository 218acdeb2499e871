/**
 * What recordings of the flight recorder tell of I/O, made into figures; and live ones of another
 * JVM.
 */
@NullMarked
package io.penstock.cli.trace;

import org.jspecify.annotations.NullMarked;
