/** Verifies a volume as a whole. */
@NullMarked
package io.penstock.ext4.check;

import org.jspecify.annotations.NullMarked;
