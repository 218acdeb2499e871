package io.penstock.ext4.format;

/**
 * The block of multiple mount protection. Source: "Multiple Mount Protection" of the format's
 * documentation; little-endian:
 *
 * <pre>
 *   0x00  4  mmp_magic, 0x004D4D50      0x50 32  mmp_bdevname
 *   0x04  4  mmp_seq                    0x70  2  mmp_check_interval
 *   0x08  8  mmp_time                   0x3FC 4  mmp_checksum
 *   0x10 64  mmp_nodename
 * </pre>
 *
 * @param sequence {@link #CLEAN} when nobody uses the volume
 * @param node who used it last
 * @param time when, seconds since 1970
 */
public record MmpBlock(long sequence, String node, long time) {
  /** The sequence when nobody uses the volume. */
  public static final long CLEAN = 0xFF4D4D50L;

  private static final long MAGIC = 0x004D4D50L;
  private static final int CHECKSUM = 0x3FC;

  /** The block of a volume. */
  public static MmpBlock parse(DiskBytes bytes, Checksums checksums, Place place)
      throws DamagedVolumeException {
    if (bytes.u32(0) != MAGIC) {
      throw place.damaged("its magic number is 0x%x, not 0x%x".formatted(bytes.u32(0), MAGIC));
    }
    checksums.check(checksums.seed(), bytes, CHECKSUM, bytes.u32(CHECKSUM), place);
    return new MmpBlock(bytes.u32(4), bytes.text(0x10, 64), bytes.s64(8));
  }

  /** Whether nobody uses the volume. */
  public boolean isClean() {
    return sequence == CLEAN;
  }
}
