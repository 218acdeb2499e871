/**
 * What it takes to change a volume, in one place: {@link io.penstock.ext4.write.VolumeWriter}. How
 * changes are made is told at {@link io.penstock.ext4.transaction}.
 */
@NullMarked
package io.penstock.ext4.write;

import org.jspecify.annotations.NullMarked;
