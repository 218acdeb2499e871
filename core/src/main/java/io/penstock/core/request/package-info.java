/** What a caller asks for. */
@NullMarked
package io.penstock.core.request;

import org.jspecify.annotations.NullMarked;
