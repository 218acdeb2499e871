/** {@code penstock ext4}: looks into volumes of ext2, ext3 and ext4. */
@NullMarked
package io.penstock.cli.ext4;

import org.jspecify.annotations.NullMarked;
