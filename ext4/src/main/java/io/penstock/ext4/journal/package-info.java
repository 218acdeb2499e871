/** The journal, and what a crash has left in it. */
@NullMarked
package io.penstock.ext4.journal;

import org.jspecify.annotations.NullMarked;
