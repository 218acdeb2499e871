package io.penstock.testkit.crash;

import io.penstock.testkit.layout.TinyVolume;
import java.util.ArrayList;
import java.util.List;

/**
 * The engine and {@link TinyVolume} swept with every {@link FileScript} on disks of all kinds, and
 * the same with one thing broken at a time, which the sweeps must find.
 */
public final class TinyVolumeProof {
  private static final TinyVolumeLayout WHOLE = new TinyVolumeLayout(4096, 0);

  private TinyVolumeProof() {}

  /** The sweeps of what is not broken. */
  public static List<CrashSweep> sweeps() {
    List<CrashSweep> sweeps = new ArrayList<>();
    for (FileScript script : FileScript.values()) {
      CrashDisk disk = CrashDisk.DEFAULT;
      sweeps.add(sweep(script, "fua", WHOLE, disk));
      sweeps.add(sweep(script, "flush", WHOLE, disk.withoutForcedUnitAccess()));
      sweeps.add(sweep(script, "no-cache", WHOLE, disk.withoutCache()));
      sweeps.add(sweep(script, "reserved", new TinyVolumeLayout(2048, 24), disk));
    }
    return sweeps;
  }

  private static CrashSweep sweep(
      FileScript script, String kind, CrashLayout layout, CrashDisk disk) {
    return new CrashSweep(
        script.word() + "/" + kind,
        new FileWorkload(layout, disk, script),
        new FileChecker(layout));
  }

  /**
   * What a sweep made of something broken.
   *
   * @param what is broken
   * @param isBroken whether something is: a flush that has nothing to do is not missed
   * @param report of the sweep, with the failure that was found
   */
  public record Sabotaged(String what, boolean isBroken, CrashReport report) {
    /** Whether the sweep has noticed. */
    public boolean isFound() {
      return !report.isClean();
    }
  }

  /** Everything but flushes, broken where some script depends on it. */
  public static List<Sabotaged> sabotage(CrashOptions options) {
    return List.of(
        broken(Sabotage.TABLE_BEFORE_DATA, FileScript.APPEND, options),
        broken(Sabotage.TABLE_BEFORE_DATA, FileScript.PARTIAL_BLOCKS, options),
        broken(Sabotage.TABLE_BEFORE_DATA, FileScript.TRUNCATE, options),
        broken(Sabotage.TABLE_BEFORE_DATA, FileScript.IN_FLIGHT, options),
        broken(Sabotage.TABLE_NOT_STORED, FileScript.APPEND, options),
        broken(Sabotage.TABLE_NOT_STORED, FileScript.HOLES, options),
        broken(Sabotage.ZEROS_LEFT_OUT, FileScript.PARTIAL_BLOCKS, options),
        broken(Sabotage.ZEROS_LEFT_OUT, FileScript.IN_FLIGHT, options),
        broken(Sabotage.NEW_AS_MAPPED, FileScript.PARTIAL_BLOCKS, options),
        broken(Sabotage.NEW_AS_MAPPED, FileScript.HOLES, options),
        broken(Sabotage.NEVER_DIRTY, FileScript.HOLES, options),
        broken(Sabotage.FORCE_IGNORED, FileScript.DURABLE_OVERWRITE, options));
  }

  private static Sabotaged broken(Sabotage sabotage, FileScript script, CrashOptions options) {
    TinyVolumeLayout layout = WHOLE.behind(sabotage.file());
    CrashSweep sweep =
        new CrashSweep(
            script.word() + " with " + sabotage.name(),
            new FileWorkload(layout, CrashDisk.DEFAULT, script).behind(sabotage.front()),
            new FileChecker(WHOLE));
    return new Sabotaged(script.word() + ": " + sabotage.name(), true, sweep.search(options));
  }

  /** One script again and again, each time without another one of its flushes. */
  public static List<Sabotaged> withoutEachFlush(FileScript script, CrashOptions options)
      throws Exception {
    FileWorkload workload = new FileWorkload(WHOLE, CrashDisk.DEFAULT, script);
    int flushes = workload.record(options.seed()).flushes();
    List<Sabotaged> results = new ArrayList<>();
    for (int flush = 1; flush <= flushes; flush++) {
      results.add(withoutFlush(flush, script, workload, options));
    }
    return results;
  }

  private static Sabotaged withoutFlush(
      int flush, FileScript script, FileWorkload workload, CrashOptions options) {
    List<SwallowedFlush> devices = new ArrayList<>();
    String what = script.word() + ": flush " + flush + " left out";
    CrashReport report =
        new CrashSweep(
                what,
                workload.behind(
                    recorder -> {
                      devices.add(new SwallowedFlush(recorder, flush));
                      return devices.getLast();
                    }),
                new FileChecker(WHOLE))
            .search(options);
    return new Sabotaged(what, devices.getLast().wasNeeded(), report);
  }
}
