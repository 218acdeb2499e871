package io.penstock.bench.volume;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Creates many small files, a thousand in a directory, as any Java program does. Used by {@code
 * build/bench-ext4} on a mounted directory, and on a volume that is not mounted.
 *
 * <p>Arguments: {@code directory PATH COUNT} or {@code volume IMAGE COUNT}.
 */
public final class SmallFilesMain {
  private static final int PER_DIRECTORY = 1000;
  private static final int BYTES = 1000;

  private SmallFilesMain() {}

  /** Creates them; what it took is the caller's to measure. */
  public static void main(String[] args) throws IOException {
    int count = Integer.parseInt(args[2]);
    Path place = Path.of(args[1]);
    if (args[0].equals("directory")) {
      create(place, count);
      return;
    }
    try (FileSystem volume = FileSystems.newFileSystem(place, Map.of("accessMode", "readWrite"))) {
      create(volume.getPath("/"), count);
    }
  }

  private static void create(Path root, int count) throws IOException {
    byte[] contents = new byte[BYTES];
    Path top = Files.createDirectory(root.resolve("small"));
    Path directory = top;
    for (int i = 0; i < count; i++) {
      if (i % PER_DIRECTORY == 0) {
        directory = Files.createDirectory(top.resolve("d" + i / PER_DIRECTORY));
      }
      Files.write(directory.resolve("file-" + i), contents);
    }
  }
}
