/** A log in which threads share the price of a sync. */
@NullMarked
package io.penstock.examples.log;

import org.jspecify.annotations.NullMarked;
