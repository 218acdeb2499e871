/** What the {@code soak} command does to files, beyond what the testkit can without them. */
@NullMarked
package io.penstock.cli.soak;

import org.jspecify.annotations.NullMarked;
