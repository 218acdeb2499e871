/** Directories: names to inodes. */
@NullMarked
package io.penstock.ext4.dir;

import org.jspecify.annotations.NullMarked;
