/** What the engine knows of a file, and who may do what to it at the same time. */
@NullMarked
package io.penstock.core.file;

import org.jspecify.annotations.NullMarked;
