package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.linux.ExtentMap.Extent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The map of a file. */
class MapTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir private Path directory;

  @Test
  void showsDataAndHoles() throws IOException {
    Path file = directory.resolve("file");
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.write(new byte[MEBIBYTE]);
      open.setLength(4L * MEBIBYTE);
    }
    String out = Outcome.of("map", file).succeeds().out();
    assertTrue(out.startsWith(file + ": 4194304 bytes, data 1.00 MiB, "), out);
    assertTrue(out.endsWith('[' + "#".repeat(18) + ".".repeat(54) + ']'), out);
    String json = Outcome.of("map", file, "--json").succeeds().out();
    assertTrue(json.contains("{\"start\":1048576,\"length\":3145728,\"kind\":\"hole\""), json);
  }

  @Test
  void showsAnEmptyFile() throws IOException {
    Path file = Host.random(directory.resolve("file"), 0);
    String out = Outcome.of("map", file).succeeds().out();
    assertTrue(out.startsWith(file + ": 0 bytes, data 0 bytes, "), out);
  }

  @Test
  void fillsTheGapsBetweenExtents() {
    FileMap map =
        FileMap.ofExtents(
            1000,
            List.of(
                new Extent(100, 100, 7000, false, false),
                new Extent(200, 300, 9000, true, false),
                new Extent(800, 400, 12000, false, true)));
    assertEquals(500, map.total(FileMap.Kind.DATA));
    assertEquals(300, map.total(FileMap.Kind.UNWRITTEN));
    assertEquals(400, map.total(FileMap.Kind.HOLE));
    assertEquals(".#uuu...####", map.picture(12));
    assertEquals(1, map.picture(1).length());
  }

  @Test
  void refusesWhatHasNoExtents() {
    Outcome.of("map", directory)
        .failsWith(
            "penstock map: map " + directory + ": EISDIR (is a directory): name a file in it");
    Path missing = directory.resolve("missing");
    Outcome.of("map", missing)
        .failsWith(
            "penstock map: map "
                + missing
                + ": ENOENT (no such file or directory): check the name");
  }
}
