package io.penstock.core.device;

/**
 * What a file of a Unix host is the same as, whatever its name and whoever opened it (FILE-6).
 *
 * @param isBlockDevice whether it is a block device; a regular file otherwise
 * @param device of a regular file, the number of the device its file system is on; of a block
 *     device, its own number; as {@code makedev(3)} puts major and minor together
 * @param inode of a regular file; 0 for a block device, which may have several nodes
 */
public record FileIdentity(boolean isBlockDevice, long device, long inode) {

  /** A regular file. */
  public static FileIdentity ofFile(long device, long inode) {
    return new FileIdentity(false, device, inode);
  }

  /** A block device. */
  public static FileIdentity ofDevice(long device) {
    return new FileIdentity(true, device, 0);
  }

  /**
   * A device number as {@code st_dev} of stat(2) has it in the GNU C library: minor 0..7, major
   * 0..11, minor 8..31, major 12..31 from the lowest bit on.
   */
  public static long deviceNumber(int major, int minor) {
    return (minor & 0xffL)
        | (major & 0xfffL) << 8
        | (minor & 0xffff_ff00L) << 12
        | (major & 0xffff_f000L) << 32;
  }
}
