/**
 * Random work on a simulated machine with faults, compared with an oracle, as long as one likes.
 * {@link io.penstock.testkit.soak.Soak} runs {@link io.penstock.testkit.soak.Workload}s; {@link
 * io.penstock.testkit.soak.SectorWorkload} is one for any layout and any device.
 */
@NullMarked
package io.penstock.testkit.soak;

import org.jspecify.annotations.NullMarked;
