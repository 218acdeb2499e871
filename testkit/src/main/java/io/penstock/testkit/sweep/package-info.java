/**
 * The fault sweep: a scripted workload is run again and again, each time with another one of the
 * calls failing that the engine makes to layout, device, memory and hooks, then with every two of
 * them. What the engine must report then, and what the file must hold, comes from a small model of
 * its own.
 */
@NullMarked
package io.penstock.testkit.sweep;

import org.jspecify.annotations.NullMarked;
