/** One device operation, and how it is assembled from pieces. */
@NullMarked
package io.penstock.core.bio;

import org.jspecify.annotations.NullMarked;
