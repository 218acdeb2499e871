package io.penstock.testkit.explain;

import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;

/**
 * A file of the host whose transfers and changes are written down and not carried out. Its length
 * is what it would be.
 */
final class RecordingHostDevice extends RecordingDevice implements HostDevice {
  private final HostDevice real;
  private final Recorder recorder;
  private final Object identity = new Object();
  private volatile long length;

  RecordingHostDevice(HostDevice real, Recorder recorder, int unit) throws IOException {
    super(recorder, real.name(), real.size(), limits(real, unit));
    this.real = real;
    this.recorder = recorder;
    length = real.length();
  }

  private static QueueLimits limits(HostDevice real, int unit) throws IOException {
    QueueLimits own = real.limits();
    if (unit == 0) {
      return own;
    }
    if (unit < own.logicalBlock() || Integer.bitCount(unit) != 1) {
      throw new BlockIoException(
          Errno.EINVAL,
          "explain",
          real.name(),
          "a unit of "
              + unit
              + " bytes cannot be: it must be a power of two and no smaller than the "
              + own.logicalBlock()
              + " bytes of the file");
    }
    return new QueueLimits(
        unit,
        Math.max(unit, own.physicalBlock()),
        own.memoryAlignment(),
        own.maxSegments(),
        Math.max(unit, own.maxSegmentBytes()),
        Math.max(unit, own.maxBytes()),
        own.forcedUnitAccess(),
        own.atomicWriteMin(),
        own.atomicWriteMax(),
        own.acceptsHeap(),
        own.runsInCaller());
  }

  @Override
  void written(long deviceEnd) {
    if (!isBlockDevice()) {
      length = Math.max(length, deviceEnd);
    }
  }

  @Override
  public String provider() {
    return real.provider();
  }

  @Override
  public boolean isBlockDevice() {
    return real.isBlockDevice();
  }

  @Override
  public boolean isDirect() {
    return real.isDirect();
  }

  @Override
  public HostAlignment alignment() {
    return real.alignment();
  }

  /** Its own: what is only recorded must not be seen by those who use the file. */
  @Override
  public Object identity() {
    return identity;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void setLength(long newLength) {
    recorder.add(new Step.SetLength(newLength));
    length = newLength;
  }

  @Override
  public boolean preallocate(long from, long bytes) {
    return false;
  }

  @Override
  public boolean clear(long from, long bytes) {
    return false;
  }

  @Override
  public boolean knowsHoles() {
    return real.knowsHoles();
  }

  @Override
  public long nextData(long position) throws IOException {
    return real.nextData(position);
  }

  @Override
  public long nextHole(long position) throws IOException {
    return real.nextHole(position);
  }

  @Override
  public void close() throws IOException {
    real.close();
  }
}
