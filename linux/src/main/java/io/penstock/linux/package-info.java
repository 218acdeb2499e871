/** Devices that speak to the Linux kernel. */
@NullMarked
package io.penstock.linux;

import org.jspecify.annotations.NullMarked;
