/**
 * The page of charts that {@code penstock bench --html} writes: one file that needs nothing else.
 */
@NullMarked
package io.penstock.cli.page;

import org.jspecify.annotations.NullMarked;
