/** A store of pages on a raw device, with a block map of its own. */
@NullMarked
package io.penstock.examples.pages;

import org.jspecify.annotations.NullMarked;
