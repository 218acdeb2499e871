/** From request to pieces: the walk of one request and what it needs on the way. */
@NullMarked
package io.penstock.core.walk;

import org.jspecify.annotations.NullMarked;
