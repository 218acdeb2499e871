/**
 * What a request becomes: the engine carries it out over a recording mapper and a recording device,
 * which transfers nothing, and every step is told. For those who learn how direct I/O works, and
 * for those who write a layout. Begin at {@link io.penstock.testkit.explain.Explainer}.
 */
@NullMarked
package io.penstock.testkit.explain;

import org.jspecify.annotations.NullMarked;
