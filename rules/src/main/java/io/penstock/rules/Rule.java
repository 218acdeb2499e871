package io.penstock.rules;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the rules of the behaviour ({@code docs/rules.md}) that a test proves:
 * {@code @Rule("MAP-4")}.
 *
 * <p>On a test method it speaks of that method, on a test class of the class as a whole. {@code
 * docs/conformance.md} is made from these annotations.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Rules.class)
public @interface Rule {
  /** The rules' names, for example {@code "ADM-1"}. */
  String[] value();
}
