/** Layouts to start from, and to try devices with. */
@NullMarked
package io.penstock.testkit.layout;

import org.jspecify.annotations.NullMarked;
