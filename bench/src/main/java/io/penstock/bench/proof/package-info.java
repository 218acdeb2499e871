/** What {@code build/prove-bench} compares, and how it judges. */
@NullMarked
package io.penstock.bench.proof;

import org.jspecify.annotations.NullMarked;
