/**
 * Engines that others have made, for {@code penstock bench}: {@code build/bench-peers} runs them.
 */
@NullMarked
package io.penstock.bench.peer;

import org.jspecify.annotations.NullMarked;
