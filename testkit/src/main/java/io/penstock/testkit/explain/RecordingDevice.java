package io.penstock.testkit.explain;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;

/**
 * A device that writes down what it is asked and completes it at once. It has the name, size and
 * limits of another one and never asks it for anything: nothing is read, written or flushed.
 */
class RecordingDevice implements BlockDevice {
  private final Recorder recorder;
  private final String name;
  private final long size;
  private final QueueLimits limits;
  private final IoCounters counters = new IoCounters();

  RecordingDevice(Recorder recorder, String name, long size, QueueLimits limits) {
    this.recorder = recorder;
    this.name = name;
    this.size = size;
    this.limits = limits;
  }

  /** Looks like {@code other}. */
  static RecordingDevice like(BlockDevice other, Recorder recorder) {
    return new RecordingDevice(recorder, other.name(), other.size(), other.limits());
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final long size() {
    return size;
  }

  @Override
  public final QueueLimits limits() {
    return limits;
  }

  @Override
  public final void submit(Bio bio) {
    recorder.send(name, limits, 1, index -> bio);
    finish(bio);
  }

  @Override
  public final void submit(Bio[] bios, int from, int to) {
    recorder.send(name, limits, to - from, index -> bios[from + index]);
    for (int i = from; i < to; i++) {
      finish(bios[i]);
    }
  }

  private void finish(Bio bio) {
    if (bio.isWrite()) {
      written(bio.deviceEnd());
    } else {
      RequestMemory.transfer(bio);
    }
    bio.complete();
  }

  /** A write that ends there would have been carried out. */
  void written(long deviceEnd) {}

  @Override
  public final void flush() {
    recorder.add(new Step.Flush(name));
  }

  @Override
  public final void dropCachedAliases(long offset, long length) {
    recorder.add(new Step.DropAliases(name, offset, length));
  }

  @Override
  public final IoCounters counters() {
    return counters;
  }

  @Override
  public void close() throws java.io.IOException {}

  @Override
  public final String toString() {
    return "recording in place of " + name;
  }
}
