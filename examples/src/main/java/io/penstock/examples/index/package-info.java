/** Words of a tree of files, read by virtual threads past the page cache. */
@NullMarked
package io.penstock.examples.index;

import org.jspecify.annotations.NullMarked;
