package io.penstock.examples.index;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** {@code file-indexer DIRECTORY WORD...}: which files have these words? */
public final class FileIndexerMain {
  private static final int OPERATIONS = 16;

  private FileIndexerMain() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    List<String> all = List.of(arguments);
    run(Path.of(all.getFirst()), all.subList(1, all.size()), System.out);
  }

  static void run(Path directory, List<String> words, PrintStream out)
      throws IOException, InterruptedException {
    WordIndex index = new FileIndexer(OPERATIONS).index(directory);
    out.println(index.files() + " files, " + index.words() + " different words");
    for (String word : words) {
      out.println(word + ": " + index.filesWith(word).size() + " files");
      index.filesWith(word).stream()
          .limit(3)
          .forEach(file -> out.println("  " + directory.relativize(file)));
    }
  }
}
