/**
 * Does to real files, devices and processes what happens to them in the field, and sees that the
 * engine keeps its promises: each class that ends in {@code Scenario} is one kind of failure.
 */
@NullMarked
package io.penstock.failures;

import org.jspecify.annotations.NullMarked;
