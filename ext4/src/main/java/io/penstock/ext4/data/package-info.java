/** File data: through the engine, and no other way. */
@NullMarked
package io.penstock.ext4.data;

import org.jspecify.annotations.NullMarked;
