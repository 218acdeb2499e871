/** How requests end: references, first errors, deferral, and the order in which handlers run. */
@NullMarked
package io.penstock.core.completion;

import org.jspecify.annotations.NullMarked;
