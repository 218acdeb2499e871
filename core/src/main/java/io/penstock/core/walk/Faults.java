package io.penstock.core.walk;

import io.penstock.core.completion.FirstError;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong with a request so far: by kind, because the kinds rank (CMP-1), and by place,
 * because new blocks that were not initialised must stay unreachable (ZERO-3). Device errors and
 * failed ranges are added from any thread, all else by whoever walks.
 */
final class Faults {
  private final FirstError deviceErrors = new FirstError();
  private @Nullable IOException walkError;
  private @Nullable IOException memoryFault;
  private final FileRanges allocated = new FileRanges();
  private final FileRanges failed = new FileRanges();
  private final FileRanges uninitialised = new FileRanges();

  void clear() {
    deviceErrors.clear();
    walkError = null;
    memoryFault = null;
    allocated.clear();
    failed.clear();
    uninitialised.clear();
  }

  /** The walk fails; the first failure wins (CMP-2). */
  void addWalkError(IOException failure) {
    IOException first = walkError;
    if (first == null) {
      walkError = failure;
    } else if (first != failure) {
      first.addSuppressed(failure);
    }
  }

  @Nullable IOException walkError() {
    return walkError;
  }

  /** Memory could not be had; the first fault is kept (MEM-1). */
  void addMemoryFault(IOException fault) {
    if (memoryFault == null) {
      memoryFault = fault;
    }
  }

  @Nullable IOException memoryFault() {
    return memoryFault;
  }

  void addDeviceError(IOException failure) {
    deviceErrors.add(failure);
  }

  @Nullable IOException deviceError() {
    return deviceErrors.get();
  }

  /** This request had these bytes' blocks allocated. */
  void addAllocated(long from, long to) {
    allocated.add(from, to);
  }

  /** These bytes of the file were to be written and were not. */
  void addFailed(long from, long to) {
    synchronized (failed) {
      failed.add(from, to);
    }
  }

  /**
   * Blocks that this request had allocated and that hold neither data nor zeros; once all bios are
   * done.
   */
  FileRanges uninitialised(int blockSize) {
    if (allocated.size() > 0 && failed.size() > 0) {
      uninitialised.intersection(allocated, failed, blockSize);
    }
    return uninitialised;
  }
}
