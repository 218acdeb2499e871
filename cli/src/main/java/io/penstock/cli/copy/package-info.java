/** The copier: files and devices of the host, by asynchronous requests to the engine. */
@NullMarked
package io.penstock.cli.copy;

import org.jspecify.annotations.NullMarked;
