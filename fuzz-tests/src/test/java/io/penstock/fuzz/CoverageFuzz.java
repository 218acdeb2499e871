package io.penstock.fuzz;

import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The parsers for a coverage-guided fuzzer, all in one: the first byte of an input chooses. Jazzer
 * looks for {@link #fuzzerTestOneInput}.
 */
public final class CoverageFuzz {
  private static final Set<String> SLOW = Set.of("queue-settings", "command-line");
  private static final List<FuzzTarget> TARGETS = targets();

  private CoverageFuzz() {}

  /**
   * But for those that spend all their time in files and in reflection. What the others write is
   * left behind in the directory of temporary files.
   */
  private static List<FuzzTarget> targets() {
    try {
      Path scratch = Files.createTempDirectory("penstock-fuzz-");
      return Targets.parsers(scratch).stream().filter(each -> !SLOW.contains(each.name())).toList();
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Tries one input; what it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    if (input.length == 0) {
      return;
    }
    FuzzTarget target = TARGETS.get((input[0] & 0xff) % TARGETS.size());
    try {
      target.run(new FuzzInput(Arrays.copyOfRange(input, 1, input.length)));
    } catch (Exception thrown) {
      String message = thrown.getMessage();
      if (!target.isRefusal(thrown) || message == null || message.isBlank()) {
        throw thrown;
      }
    }
  }

  /** Writes the seeds of all targets, a file each, to begin with. */
  public static void main(String[] arguments) throws IOException {
    Path corpus = Files.createDirectories(Path.of(arguments[0]));
    for (int i = 0; i < TARGETS.size(); i++) {
      int number = 0;
      for (byte[] seed : TARGETS.get(i).seeds()) {
        byte[] input = new byte[seed.length + 1];
        input[0] = (byte) i;
        System.arraycopy(seed, 0, input, 1, seed.length);
        Files.write(corpus.resolve(TARGETS.get(i).name() + '-' + number++), input);
      }
    }
  }
}
