/** Volumes as file systems of {@code java.nio.file}. */
@NullMarked
package io.penstock.ext4.nio;

import org.jspecify.annotations.NullMarked;
