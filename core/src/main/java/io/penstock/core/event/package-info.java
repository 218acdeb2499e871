/**
 * What is told to the flight recorder besides requests and device operations, and the settings for
 * a recording of all.
 */
@NullMarked
package io.penstock.core.event;

import org.jspecify.annotations.NullMarked;
