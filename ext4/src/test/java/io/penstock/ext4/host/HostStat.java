package io.penstock.ext4.host;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/** What statx(2) says of a file, by the layout in its man page. */
public record HostStat(
    int mode,
    long inode,
    long links,
    long uid,
    long gid,
    long size,
    long sectors,
    Instant accessTime,
    Instant modificationTime,
    Instant changeTime,
    Instant birthTime,
    long device) {

  static HostStat of(MemorySegment statx) {
    return new HostStat(
        statx.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF,
        statx.get(ValueLayout.JAVA_LONG, 32),
        u32(statx, 16),
        u32(statx, 20),
        u32(statx, 24),
        statx.get(ValueLayout.JAVA_LONG, 40),
        statx.get(ValueLayout.JAVA_LONG, 48),
        time(statx, 64),
        time(statx, 112),
        time(statx, 96),
        time(statx, 80),
        u32(statx, 128) << 32 | u32(statx, 132));
  }

  private static long u32(MemorySegment statx, long offset) {
    return statx.get(ValueLayout.JAVA_INT, offset) & 0xFFFF_FFFFL;
  }

  private static Instant time(MemorySegment statx, long offset) {
    return Instant.ofEpochSecond(
        statx.get(ValueLayout.JAVA_LONG, offset), statx.get(ValueLayout.JAVA_INT, offset + 8));
  }

  /** What kind of file. */
  public int type() {
    return mode & 0xF000;
  }
}
