/** Meters of files and devices that are measured. */
@NullMarked
package io.penstock.micrometer;

import org.jspecify.annotations.NullMarked;
