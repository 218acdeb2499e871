package io.penstock.ext4.proof;

import java.util.List;
import java.util.stream.Stream;

/**
 * A way to make a volume.
 *
 * @param options of mke2fs
 * @param mountable whether the kernel can mount it; otherwise mke2fs fills it from a directory
 * @param mebibytes how large it is
 */
public record Configuration(String options, boolean mountable, int mebibytes) {
  static Configuration mounted(String options) {
    return new Configuration(options, true, 160);
  }

  static Configuration filled(String options) {
    return new Configuration(options, false, 512);
  }

  /** Whether inodes have room for nanoseconds. */
  public boolean hasLargeInodes() {
    return !options.contains("-I 128");
  }

  /** Whether such a volume can be written to; to others it is refused by name. */
  public boolean isWritable() {
    return Stream.of("bigalloc", "quota", "mmp", "verity").noneMatch(options::contains);
  }

  /** All of them. */
  public static List<Configuration> all() {
    return List.of(
        // what mke2fs makes unasked
        mounted("-t ext4"),
        mounted("-t ext3"),
        mounted("-t ext2"),
        // block sizes and inode sizes
        mounted("-t ext4 -b 1024"),
        mounted("-t ext4 -b 2048"),
        mounted("-t ext4 -b 4096 -I 128"),
        mounted("-t ext4 -b 1024 -I 1024"),
        mounted("-t ext4 -b 4096 -I 1024 -N 40000"),
        mounted("-t ext3 -b 1024 -I 128"),
        mounted("-t ext3 -b 2048 -I 256"),
        mounted("-t ext2 -b 1024 -I 128"),
        mounted("-t ext2 -b 2048"),
        mounted("-t ext2 -b 4096 -I 512"),
        // checksums
        mounted("-t ext4 -O ^metadata_csum"),
        mounted("-t ext4 -O ^metadata_csum,uninit_bg"),
        mounted("-t ext4 -O ^metadata_csum,uninit_bg,^64bit -b 1024"),
        mounted("-t ext4 -O metadata_csum,metadata_csum_seed"),
        mounted("-t ext4 -O metadata_csum,^64bit"),
        mounted("-t ext4 -O metadata_csum -b 1024 -I 128"),
        // how groups are laid out
        mounted("-t ext4 -O ^flex_bg"),
        mounted("-t ext4 -O ^flex_bg,^64bit,^resize_inode"),
        mounted("-t ext4 -O meta_bg,^resize_inode"),
        mounted("-t ext4 -O meta_bg,^resize_inode,^flex_bg -b 1024"),
        mounted("-t ext4 -O sparse_super2 -b 1024"),
        mounted("-t ext4 -O ^sparse_super,^resize_inode -b 1024"),
        mounted("-t ext4 -g 8192 -b 4096"),
        mounted("-t ext4 -G 4 -b 1024"),
        mounted("-t ext4 -g 256 -b 1024 -N 20000"),
        // directories
        mounted("-t ext4 -O ^dir_index"),
        mounted("-t ext4 -O large_dir -b 1024"),
        mounted("-t ext4 -O ^filetype"),
        mounted("-t ext2 -O ^filetype,^dir_index -b 1024"),
        mounted("-t ext2 -O dir_index -b 1024"),
        // files
        mounted("-t ext4 -O ^extent,^64bit"),
        mounted("-t ext4 -O ^huge_file,^extra_isize,^dir_nlink"),
        mounted("-t ext4 -O inline_data"),
        mounted("-t ext4 -O inline_data -I 1024 -b 4096"),
        mounted("-t ext4 -O inline_data,^metadata_csum -b 1024 -I 512"),
        mounted("-t ext4 -O ea_inode"),
        mounted("-t ext4 -O ea_inode,inline_data -b 1024 -I 256"),
        new Configuration("-t ext4 -O bigalloc,^resize_inode -C 65536 -N 12000", true, 640),
        mounted("-t ext4 -O bigalloc,^resize_inode -C 8192 -b 1024"),
        // others
        filled("-t ext4 -O quota,project -E quotatype=usrquota:grpquota:prjquota"),
        mounted("-t ext4 -O orphan_file"),
        mounted("-t ext4 -O fast_commit"),
        mounted("-t ext4 -O mmp"),
        mounted("-t ext4 -O verity,stable_inodes"),
        mounted("-t ext4 -O ^has_journal"),
        mounted("-t ext4 -E hash_seed=01020304-0506-0708-090a-0b0c0d0e0f10"),
        // blocks that no page of memory holds
        filled("-t ext4 -b 8192"),
        filled("-t ext4 -b 16384 -O inline_data"),
        new Configuration("-t ext4 -b 32768 -O bigalloc,^resize_inode -N 12000", false, 4096),
        filled("-t ext4 -b 65536"),
        filled("-t ext4 -b 65536 -O ^metadata_csum,large_dir"),
        filled("-t ext4 -b 65536 -I 1024 -O meta_bg,^resize_inode"),
        filled("-t ext2 -b 8192"),
        filled("-t ext2 -b 65536"));
  }

  /** A few that differ most. */
  public static List<Configuration> few() {
    return List.of(
        mounted("-t ext4"),
        mounted("-t ext2 -b 1024"),
        mounted("-t ext3 -b 4096 -I 128"),
        mounted("-t ext4 -b 1024 -O inline_data,ea_inode,large_dir -I 512"),
        mounted("-t ext4 -O bigalloc,meta_bg,^resize_inode -C 16384"),
        filled("-t ext4 -b 65536"));
  }
}
