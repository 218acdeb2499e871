package io.penstock.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code SamplesMain ROOT}: writes the samples into the pages; for {@code build/samples}. */
public final class SamplesMain {
  private SamplesMain() {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    Tree tree = new Tree(Path.of(arguments[0]));
    List<Sample> samples = Sample.read(tree.root());
    for (Path file : tree.files(".md")) {
      String before = Files.readString(file, UTF_8);
      String after = SampleFilling.fill(before, samples);
      if (!after.equals(before)) {
        Files.writeString(file, after, UTF_8);
        System.out.println("samples: " + tree.root().relativize(file) + " written; commit it");
      }
    }
  }
}
