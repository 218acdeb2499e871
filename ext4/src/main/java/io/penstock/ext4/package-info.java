/** Volumes of ext2, ext3 and ext4: the front door. */
@NullMarked
package io.penstock.ext4;

import org.jspecify.annotations.NullMarked;
