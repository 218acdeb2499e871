/** Files, channels and streams on the engine. */
@NullMarked
package io.penstock.file;

import org.jspecify.annotations.NullMarked;
