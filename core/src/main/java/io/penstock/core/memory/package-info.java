/** The memory of requests: who owns it, how long it lives, and where aligned memory comes from. */
@NullMarked
package io.penstock.core.memory;

import org.jspecify.annotations.NullMarked;
