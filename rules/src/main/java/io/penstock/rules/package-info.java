/** {@link io.penstock.rules.Rule}: which test proves which rule. */
package io.penstock.rules;
