/**
 * Counters and distributions of latency for each file and device, for who asks for them; adapters
 * publish them.
 */
@NullMarked
package io.penstock.core.metric;

import org.jspecify.annotations.NullMarked;
