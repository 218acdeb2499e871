/**
 * The engine beside a model of what it must do: a file, requests, faults and interleavings that one
 * seed makes up.
 */
@NullMarked
package io.penstock.testkit.oracle;

import org.jspecify.annotations.NullMarked;
