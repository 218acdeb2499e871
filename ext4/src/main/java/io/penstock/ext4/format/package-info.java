/** The structures on the disk, one class each. All numbers in them are unchecked input. */
@NullMarked
package io.penstock.ext4.format;

import org.jspecify.annotations.NullMarked;
