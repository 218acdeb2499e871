/** Extended attributes. */
@NullMarked
package io.penstock.ext4.xattr;

import org.jspecify.annotations.NullMarked;
