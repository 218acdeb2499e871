package io.penstock.examples.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIndexerTest {
  @TempDir Path directory;

  @Test
  void aWordAcrossTheEndOfABufferIsOneWord() throws Exception {
    Path file = write("long", " ".repeat(64 * 1024 - 3) + "penstock" + " ".repeat(70_000) + "End");
    WordIndex index = new FileIndexer(4).index(directory);
    assertEquals(new TreeSet<>(List.of(file)), index.filesWith("penstock"));
    assertEquals(new TreeSet<>(List.of(file)), index.filesWith("end"));
    assertEquals(2, index.words());
  }

  @Test
  void filesOfAllLengthsAreReadToTheirLastByte() throws Exception {
    for (int length = 0; length < 200; length++) {
      write("file-" + length, "a".repeat(length % 60) + " last" + length);
    }
    WordIndex index = new FileIndexer(8).index(directory);
    assertEquals(200, index.files());
    for (int length = 0; length < 200; length++) {
      assertEquals(1, index.filesWith("LAST" + length).size(), "last" + length);
    }
  }

  @Test
  void aFileThatCannotBeReadFailsTheIndex() throws Exception {
    Path directoryThatIsGone = directory.resolve("gone");
    assertThrows(IOException.class, () -> new FileIndexer(1).index(directoryThatIsGone));
  }

  @Test
  void theProgramNamesTheFiles() throws Exception {
    write("one", "water and wheels");
    write("two", "Water");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    FileIndexerMain.run(directory, List.of("water", "fire"), new PrintStream(said, true, UTF_8));
    assertEquals(
        List.of("2 files, 3 different words", "water: 2 files", "  one", "  two", "fire: 0 files"),
        said.toString(UTF_8).lines().toList());
  }

  private Path write(String name, String contents) throws IOException {
    return Files.writeString(directory.resolve(name), contents);
  }
}
