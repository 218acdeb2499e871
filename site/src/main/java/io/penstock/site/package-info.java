/** Reads the Markdown of the tree, checks it, and makes a site of it. */
@NullMarked
package io.penstock.site;

import org.jspecify.annotations.NullMarked;
