package io.penstock.linux.abi;

import java.util.HexFormat;
import java.util.Map;

/**
 * Names of file systems by the magic number of statfs(2): the one table of them. Numbers are of
 * {@code linux/magic.h}, those of file systems outside the kernel of their own sources.
 */
public final class FileSystemType {
  public static final long EXT4 = 0xef53L;
  public static final long XFS = 0x58465342L;

  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(EXT4, "ext2/ext3/ext4"),
          Map.entry(XFS, "xfs"),
          Map.entry(0x9123683eL, "btrfs"),
          Map.entry(0xf2f52010L, "f2fs"),
          Map.entry(0x01021994L, "tmpfs"),
          Map.entry(0x858458f6L, "ramfs"),
          Map.entry(0x794c7630L, "overlay"),
          Map.entry(0x6969L, "nfs"),
          Map.entry(0xff534d42L, "cifs"),
          Map.entry(0xfe534d42L, "smb2"),
          Map.entry(0x65735546L, "fuse"),
          Map.entry(0x2fc12fc1L, "zfs"),
          Map.entry(0xca451a4eL, "bcachefs"),
          Map.entry(0x00c36400L, "ceph"),
          Map.entry(0x47504653L, "gpfs"),
          Map.entry(0x0bd00bd0L, "lustre"),
          Map.entry(0x01021997L, "9p"),
          Map.entry(0x3434L, "nilfs2"),
          Map.entry(0x2011bab0L, "exfat"),
          Map.entry(0x4d44L, "vfat"),
          Map.entry(0x7366746eL, "ntfs3"),
          Map.entry(0x52654973L, "reiserfs"),
          Map.entry(0x3153464aL, "jfs"),
          Map.entry(0x73717368L, "squashfs"),
          Map.entry(0xe0f5e1e2L, "erofs"),
          Map.entry(0x9660L, "iso9660"),
          Map.entry(0xf15fL, "ecryptfs"),
          Map.entry(0x958458f6L, "hugetlbfs"),
          Map.entry(0x9fa0L, "proc"),
          Map.entry(0x62656572L, "sysfs"),
          Map.entry(0x64626720L, "debugfs"),
          Map.entry(0x63677270L, "cgroup2"),
          Map.entry(0x1cd1L, "devpts"));

  private FileSystemType() {}

  /**
   * The name of a type; the number itself in hexadecimal, if it is not in the table.
   *
   * @param type magic number, {@code f_type}
   */
  public static String nameOf(long type) {
    String name = NAMES.get(type);
    return name != null ? name : "0x" + HexFormat.of().toHexDigits((int) type);
  }

  /**
   * Whether a file system writes data over the blocks it read it from, so that the logical block of
   * the device is enough for writes too (open(2), NOTES); those that write elsewhere want whole
   * blocks of their own.
   */
  public static boolean writesInPlace(long type) {
    return type == EXT4 || type == XFS;
  }
}
