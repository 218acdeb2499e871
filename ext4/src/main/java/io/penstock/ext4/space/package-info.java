/** Which blocks and inodes are free, taking and freeing them. */
@NullMarked
package io.penstock.ext4.space;

import org.jspecify.annotations.NullMarked;
