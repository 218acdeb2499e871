/** What tests of storage share: dice and patterns from a seed, figures, what code allocates. */
@NullMarked
package io.penstock.testkit;

import org.jspecify.annotations.NullMarked;
