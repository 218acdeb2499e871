/** Block maps that change: of files that are written to, cut or deleted. */
@NullMarked
package io.penstock.ext4.edit;

import org.jspecify.annotations.NullMarked;
