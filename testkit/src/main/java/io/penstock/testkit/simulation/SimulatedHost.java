package io.penstock.testkit.simulation;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.device.OpenMode.Creation;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Files on a simulated disk: a way to do direct I/O for whatever opens files, so that all of it
 * runs on one seed. Names are durable at once; contents and lengths are what the last sync made
 * durable, and of what came later any part.
 *
 * <p><b>Without power.</b> Every logical block holds what a {@link SimulatedDevice} says. A length
 * is the durable one or one that the file has had since; what is past it is gone, zeros if the file
 * grows again. Cleared ranges and those cut off are zeros, or as they were, block by block.
 *
 * <p>Thread-safe.
 */
public final class SimulatedHost implements DeviceProvider {
  /** Name of this way. */
  public static final String NAME = "simulated";

  private final VirtualClock clock;
  private final FaultPlan faults;
  private final QueueLimits limits;
  private final long seed;
  private final Dice dice;

  /** By name. */
  private final Map<Path, SimulatedInode> files = new TreeMap<>();

  private boolean powered = true;

  /**
   * A host without files.
   *
   * @param clock its time
   * @param faults what goes wrong with its disk
   * @param limits of its disk; their logical block is what transfers must be aligned to
   * @param seed determines when things happen
   */
  public SimulatedHost(VirtualClock clock, FaultPlan faults, QueueLimits limits, long seed) {
    this.clock = clock;
    this.faults = faults;
    this.limits = limits;
    this.seed = seed;
    dice = Dice.of(seed, 600);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailabilityCause() {
    return Optional.empty();
  }

  @Override
  public synchronized HostDevice open(Path path, OpenMode mode) throws IOException {
    SimulatedInode inode = files.get(path);
    if (!powered) {
      throw failure(Errno.EIO, path, "the host has no power");
    }
    if (inode == null && mode.creation() == Creation.NEVER) {
      throw failure(Errno.ENOENT, path, "create it first");
    }
    if (inode != null && mode.creation() == Creation.NEW) {
      throw failure(Errno.EEXIST, path, "it is there already");
    }
    if (inode == null) {
      inode = create(path);
    }
    return new SimulatedFile(inode);
  }

  private SimulatedInode create(Path path) {
    long own = Pattern.mix(seed + files.size() + 1);
    SimulatedInode inode = new SimulatedInode(path.toString(), clock, faults, limits, own);
    files.put(path, inode);
    return inode;
  }

  private static IOException failure(Errno errno, Path path, String detail) {
    return new BlockIoException(errno, "open", path.toString(), detail);
  }

  /** Takes the power away from all files at once; see {@link SimulatedDevice#cutPower()}. */
  public void cutPower() {
    List<SimulatedInode> all;
    synchronized (this) {
      powered = false;
      all = new ArrayList<>(files.values());
    }
    for (SimulatedInode each : all) {
      each.cutPower(dice);
    }
  }

  /** The power is back: files hold what has survived. Open them again. */
  public synchronized void restart() {
    powered = true;
    files.values().forEach(each -> each.disk().restart());
  }

  /** Whether it has power. */
  public synchronized boolean isPowered() {
    return powered;
  }

  /** Operations that broke the limits of the disk; whoever submits them has a mistake (BIO-3). */
  public synchronized long violations() {
    return files.values().stream().mapToLong(each -> each.disk().violations()).sum();
  }

  /** Operations in flight on all files. */
  public synchronized int inFlight() {
    return files.values().stream().mapToInt(each -> each.disk().inFlight()).sum();
  }

  @Override
  public String toString() {
    return "simulated host of " + files.size() + " files";
  }
}
