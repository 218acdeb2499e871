package io.penstock.races;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The rules of {@code docs/rules.md} that a race would break. Not the annotation of tests: {@code
 * docs/conformance.md} counts what every build runs, and races are run by a command of their own.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OfRule {
  /** Names of rules, for example {@code "CMP-8"}. */
  String[] value();
}
