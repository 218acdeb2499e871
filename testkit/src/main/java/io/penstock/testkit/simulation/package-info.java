/**
 * A machine made of one seed: its clock, its threads, its disk and what goes wrong with it.
 *
 * <p>A {@link io.penstock.testkit.simulation.SimulatedDevice} completes bios in the time of a
 * {@link io.penstock.testkit.simulation.VirtualClock}, which passes when somebody runs its events.
 * Where threads have to wait, a {@link io.penstock.testkit.simulation.SimulatedMachine} runs them,
 * one at a time. The same seed makes the same run, to the last event.
 */
@NullMarked
package io.penstock.testkit.simulation;

import org.jspecify.annotations.NullMarked;
