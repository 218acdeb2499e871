/**
 * Seeded fuzzing of whatever takes input from outside: parsers, mappers, devices, hooks. Implement
 * {@link io.penstock.testkit.fuzz.FuzzTarget} and hand it to {@link io.penstock.testkit.fuzz.Fuzz};
 * what it finds is shrunk, and can be repeated from its bytes.
 */
@NullMarked
package io.penstock.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
