package io.penstock.linux.abi;

import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the kernel answers, as structures in memory. */
public final class KernelTargets {
  private static final int FIEMAP_BYTES = 32 + 128 * 56;
  private static final int PARAMS_BYTES = 120;

  private KernelTargets() {}

  /** All of them. */
  public static List<FuzzTarget> all() {
    return List.of(
        FuzzTarget.of("fiemap", List.of(fiemap(3), fiemap(128)), KernelTargets::fiemap),
        FuzzTarget.of("uring-params", List.of(params(0), params(1)), KernelTargets::params),
        FuzzTarget.of("statfs", List.of(new byte[120]), KernelTargets::statfs),
        FuzzTarget.of(
            "uname", List.of("Linux".getBytes(StandardCharsets.UTF_8)), KernelTargets::uname),
        FuzzTarget.of("cachestat", List.of(new byte[40]), KernelTargets::cachestat));
  }

  private static byte[] fiemap(int extents) {
    byte[] page = new byte[FIEMAP_BYTES];
    MemorySegment memory = MemorySegment.ofArray(page);
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, 20, extents);
    for (int i = 0; i < extents; i++) {
      long at = 32 + i * 56L;
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, i * 8192L);
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 8, 1 << 20);
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 16, 4096);
    }
    return page;
  }

  private static Object fiemap(FuzzInput input) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long[] end = {0};
      var page =
          new Fiemap.Page(
              0,
              extent -> {
                if (extent.logical() < end[0] && end[0] > 0 || extent.end() <= end[0]) {
                  throw new AssertionError("an extent does not lead on: " + extent);
                }
                end[0] = extent.end();
                return true;
              });
      int problem = page.take(input.memory(arena, FIEMAP_BYTES));
      NativeFailure.check("ioctl(FS_IOC_FIEMAP)", "file", -problem);
      return "extents " + Math.min(page.visited(), 3);
    }
  }

  private static byte[] params(int single) {
    byte[] params = new byte[PARAMS_BYTES];
    MemorySegment memory = MemorySegment.ofArray(params);
    int[] values = {64, 128, 0, 0, 0, 0x3fff & ~1 | single};
    int[] sq = {0, 64, 256, 264, 272, 0, 4416};
    int[] cq = {128, 192, 260, 268, 284, 320, 280};
    for (int i = 0; i < values.length; i++) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, i * 4L, values[i]);
    }
    for (int i = 0; i < sq.length; i++) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, 40 + i * 4L, sq[i]);
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, 80 + i * 4L, cq[i]);
    }
    return params;
  }

  /** Whatever is believed can be addressed: every word and entry lies inside its mapping. */
  private static Object params(FuzzInput input) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      RingParams params = new RingParams(arena);
      params.struct().copyFrom(input.memory(arena, PARAMS_BYTES));
      int flags = input.bytes().length > PARAMS_BYTES ? RingParams.SETUP_NO_SQARRAY : 0;
      RingLayout layout = read(params, flags);
      long entries = layout.sqArray() + 4L * layout.sqEntries();
      long completions = layout.cqes() + 16L * layout.cqEntries();
      for (long end :
          new long[] {layout.sqHead() + 4, layout.sqTail() + 4, layout.sqFlags() + 4, entries}) {
        require(end <= layout.sqBytes(), layout);
      }
      for (long end : new long[] {layout.cqHead() + 4, layout.cqTail() + 4, completions}) {
        require(end <= layout.cqBytes(), layout);
      }
      return layout.isSingle() ? "one mapping" : "two mappings";
    }
  }

  private static RingLayout read(RingParams params, int flags) throws IOException {
    try {
      return RingLayout.of(params, flags);
    } catch (RingFailure refused) {
      throw new IOException(refused.getMessage(), refused);
    }
  }

  private static void require(boolean inside, RingLayout layout) {
    if (!inside) {
      throw new AssertionError("outside of its mapping: " + layout);
    }
  }

  private static Object statfs(FuzzInput input) {
    try (Arena arena = Arena.ofConfined()) {
      StatFs stat = StatFs.decode(input.memory(arena, 120));
      return stat.typeName().startsWith("0x") + " " + stat.writesInPlace();
    }
  }

  private static Object uname(FuzzInput input) {
    try (Arena arena = Arena.ofConfined()) {
      return Uname.decode(input.memory(arena, 390)).system().isEmpty();
    }
  }

  private static Object cachestat(FuzzInput input) {
    try (Arena arena = Arena.ofConfined()) {
      return PageCacheCalls.decode(input.memory(arena, 40)).cached() == 0;
    }
  }
}
