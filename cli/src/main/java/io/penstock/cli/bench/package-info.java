/**
 * The loops that {@code penstock bench} runs side by side, and what is made of their measurements.
 */
@NullMarked
package io.penstock.cli.bench;

import org.jspecify.annotations.NullMarked;
