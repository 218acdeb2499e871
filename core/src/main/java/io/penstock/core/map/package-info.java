/** Block maps: the upper interface that users implement. */
@NullMarked
package io.penstock.core.map;

import org.jspecify.annotations.NullMarked;
