/** Volumes of ext2, ext3 and ext4 on any block device; their file data moves through the engine. */
@SuppressWarnings("module") // the file system has a digit in its name
module io.penstock.ext4 {
  requires transitive io.penstock.core;
  requires static org.jspecify;

  exports io.penstock.ext4;
  exports io.penstock.ext4.check;
  exports io.penstock.ext4.format;
  exports io.penstock.ext4.nio;

  uses io.penstock.core.device.DeviceProvider;

  provides java.nio.file.spi.FileSystemProvider with
      io.penstock.ext4.nio.Ext4FileSystemProvider;
}
