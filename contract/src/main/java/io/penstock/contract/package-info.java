/** Abstract tests that every implementation must pass. */
@NullMarked
package io.penstock.contract;

import org.jspecify.annotations.NullMarked;
