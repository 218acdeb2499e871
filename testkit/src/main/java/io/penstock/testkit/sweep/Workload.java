package io.penstock.testkit.sweep;

import io.penstock.core.file.BlockFile;
import java.util.List;

/**
 * What is swept: a file, fresh for every run, and a script of requests. It must do the same every
 * time, since the calls that fail are found by counting; and one thread at a time calls it.
 *
 * <pre>{@code
 * final class MyWorkload implements Workload {
 *   public BlockFile open(FaultSites sites) {
 *     BlockDevice device = sites.device(MemoryDevice.of(1 << 20));
 *     MyLayout layout = new MyLayout(device);                    // answers with the swept device
 *     return sites.file(device, layout, layout).blockSize(4096).build();
 *   }
 *
 *   public List<Step> script() {
 *     return List.of(Step.write(0, 4096, 4096), Step.read(0, 8192));
 *   }
 * }
 *
 * try (FaultSweep sweep = new FaultSweep(new MyWorkload(), Delivery.LATER)) {
 *   sweep.singles().pairs();
 * }
 * }</pre>
 */
public interface Workload {
  /** Of letters, digits and dashes; repeats a run. */
  String name();

  /**
   * A fresh file on a fresh device, both made with {@code sites}. Its device should be full of
   * {@link io.penstock.testkit.Pattern#POISON}, so that stale bytes can be told.
   */
  BlockFile open(FaultSites sites);

  /** Says what the file holds when it is opened, if that is not zeros only. */
  default void holds(Contents contents) {}

  /** What is done with it, one after the other. */
  List<Step> script();
}
