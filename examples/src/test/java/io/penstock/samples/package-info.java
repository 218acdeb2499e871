/**
 * The code that the pages show. What stands between {@code // sample: NAME} and {@code // end of
 * sample} is in a page, word for word; the tests here run it.
 */
package io.penstock.samples;
