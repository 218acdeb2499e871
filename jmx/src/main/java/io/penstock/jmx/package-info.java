/** MBeans of files and devices that are measured. */
@NullMarked
package io.penstock.jmx;

import org.jspecify.annotations.NullMarked;
