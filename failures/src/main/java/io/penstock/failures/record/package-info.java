/**
 * Records that tell what they are: written and acknowledged by a workload that is then cut short,
 * and looked for afterwards.
 */
@NullMarked
package io.penstock.failures.record;

import org.jspecify.annotations.NullMarked;
