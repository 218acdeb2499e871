/** Direct block I/O: the front door of the engine. */
@NullMarked
package io.penstock.core;

import org.jspecify.annotations.NullMarked;
