/** Block maps: where a file's blocks live. */
@NullMarked
package io.penstock.ext4.map;

import org.jspecify.annotations.NullMarked;
