/**
 * Names and what they lead to, to be changed: files come and go, get other names, other attributes.
 * Each change is a transaction; what is not told here is told at {@link
 * io.penstock.ext4.transaction}.
 */
@NullMarked
package io.penstock.ext4.namespace;

import org.jspecify.annotations.NullMarked;
