package io.penstock.ext4.nio;

import io.penstock.ext4.host.Image;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A small volume with a few files, opened by its URI; all is removed when closed. */
final class VolumeFixture implements AutoCloseable {
  static final int LENGTH = 100_001;

  final Image image;
  final FileSystem volume;
  final byte[] data = new byte[LENGTH];

  VolumeFixture(Path directory) throws IOException {
    Path source = Files.createTempDirectory(directory, "source");
    new java.util.SplittableRandom(LENGTH).nextBytes(data);
    Files.write(source.resolve("data"), data);
    Files.createDirectories(source.resolve("d/e"));
    Files.writeString(source.resolve("d/e/f"), "text");
    Files.createLink(source.resolve("d/data"), source.resolve("data"));
    Files.createSymbolicLink(source.resolve("link"), Path.of("d/e/f"));
    Files.createSymbolicLink(source.resolve("directory"), Path.of("/d/e"));
    image =
        Image.blank(directory, 8L << 20)
            .format("-t", "ext4", "-b", "1024", "-d", source.toString());
    volume = FileSystems.newFileSystem(ImageUri.of(image.file(), new byte[] {'/'}), Map.of());
  }

  Path path(String text) {
    return volume.getPath(text);
  }

  @Override
  public void close() throws IOException {
    volume.close();
    image.close();
  }
}
