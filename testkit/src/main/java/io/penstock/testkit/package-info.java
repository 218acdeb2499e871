/** A simulated device, seeded faults and an oracle. */
@NullMarked
package io.penstock.testkit;

import org.jspecify.annotations.NullMarked;
