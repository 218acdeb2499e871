package io.penstock.ext4.store;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Superblock;
import java.io.IOException;

/** Reads the superblock of a volume that nothing is known of yet. */
public final class SuperblockReader {
  private SuperblockReader() {}

  /**
   * The superblock.
   *
   * @param counters counts what is read
   * @throws IOException the device's error; EINVAL when there is no volume; EOPNOTSUPP when it has
   *     features that are not supported; EBADMSG when its checksum is wrong
   */
  public static Superblock read(BlockDevice device, IoCounters counters) throws IOException {
    int block = device.limits().logicalBlock();
    int from = Superblock.OFFSET / block * block;
    int end = (Superblock.OFFSET + Superblock.LENGTH + block - 1) / block * block;
    if (device.size() < end) {
      throw new BlockIoException(
          Errno.EINVAL,
          "open volume",
          device.name(),
          "no ext2, ext3 or ext4 volume fits its " + device.size() + " bytes");
    }
    byte[] bytes = new byte[end - from];
    MetadataStore.readBytes(device, from, bytes, counters);
    DiskBytes superblock = DiskBytes.of(bytes).slice(Superblock.OFFSET - from, Superblock.LENGTH);
    return Superblock.parse(superblock, device.name());
  }
}
