package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/**
 * What a command did, run in this process.
 *
 * @param status exit status
 * @param out standard output, without the last end of line
 * @param err standard error, without the last end of line
 */
record Outcome(int status, String out, String err) {
  /** Runs {@code penstock} with these arguments. */
  static Outcome of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int status = Main.execute(words, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Outcome(status, out.toString().stripTrailing(), err.toString().stripTrailing());
  }

  /** Fails unless the command succeeded and said nothing on standard error. */
  Outcome succeeds() {
    assertEquals(new Outcome(0, out, ""), this);
    return this;
  }

  /** Fails unless the command failed and said just this one line. */
  void failsWith(String line) {
    assertEquals(new Outcome(1, "", line), this);
  }

  /** The number a field of the JSON output has; 0 where it is null. */
  long number(String field) {
    String text = out.replaceFirst(".*\"" + field + "\":([0-9]+).*", "$1");
    return text.equals(out) ? 0 : Long.parseLong(text);
  }
}
