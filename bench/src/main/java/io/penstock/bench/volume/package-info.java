/** What {@code build/bench-ext4} does to volumes. */
@NullMarked
package io.penstock.bench.volume;

import org.jspecify.annotations.NullMarked;
