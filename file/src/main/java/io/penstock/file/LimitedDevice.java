package io.penstock.file;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BioCheck;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.InterposingDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the device of a file that was opened with {@link IoLimits}, and holds operations
 * back that exceed them (FILE-8). An operation never waits for another while it has room itself,
 * but in limits that come later in their {@linkplain IoLimits#order() order}; so all of them end.
 *
 * <p>An operation that has waited is begun by a thread that ended another one, so it must not be
 * carried out in that thread, nor touch memory that is confined to its submitter.
 */
final class LimitedDevice extends InterposingDevice implements HostDevice {
  private final HostDevice host;
  private final IoLimits waiting;
  private final IoClass ioClass;
  private final QueueCounters queueing;
  private final QueueLimits limits;

  private LimitedDevice(
      HostDevice host, IoLimits waiting, IoClass ioClass, QueueCounters queueing) {
    super(host);
    this.host = host;
    this.waiting = waiting;
    this.ioClass = ioClass;
    this.queueing = queueing;
    QueueLimits behind = host.limits();
    long most = waiting.mostBytes(ioClass);
    limits =
        behind
            .withMaximum(
                behind.maxSegments(),
                Math.min(behind.maxSegmentBytes(), most),
                Math.min(behind.maxBytes(), most))
            .withMemoryAccess(behind.acceptsHeap(), false);
  }

  /** The device as it was opened, with the limits of the options before it, if there are any. */
  static OpenPlan.Opened before(OpenPlan.Opened opened, DirectFileOptions options) {
    HostDevice device = opened.device();
    QueueCounters queueing = new QueueCounters();
    List<IoLimits> lastFirst =
        options.limits().stream()
            .distinct()
            .sorted(Comparator.comparingLong(IoLimits::order).reversed())
            .toList();
    for (IoLimits each : lastFirst) {
      device = new LimitedDevice(device, each, options.ioClass(), queueing);
    }
    return new OpenPlan.Opened(device, opened.reason());
  }

  QueueCounters queueing() {
    return queueing;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  // --- transfers ---

  @Override
  public void submit(Bio bio) {
    IOException mistake = BioCheck.violation(bio, limits, size(), name());
    if (mistake != null) {
      bio.complete(mistake); // there may never be room for it
      return;
    }
    switch (waiting.arrive(bio, this, ioClass)) {
      case BEGINS -> pass(bio);
      case WAITS -> {}
      case REFUSED -> {
        queueing.refused.increment();
        bio.complete(failure(bio, Errno.EAGAIN, "would have to wait: " + waiting, null));
      }
    }
  }

  /** The turn of an operation has come, on a thread that may not be kept. */
  void start(Bio bio) {
    queueing.queued.decrementAndGet();
    bio.synchronous(false);
    pass(bio);
  }

  private void pass(Bio bio) {
    long length = bio.length();
    try {
      interpose(bio);
    } catch (RuntimeException | Error broken) {
      // the device has broken its contract: what waits must go on all the same
      if (!bio.isIdle()) {
        waiting.end(ioClass, length);
        bio.complete(failure(bio, Errno.EIO, "submit threw " + broken, broken));
      }
    }
  }

  @Override
  protected void ended(Bio bio, @Nullable IOException error) {
    waiting.end(ioClass, bio.length());
    bio.complete(error);
    waiting.startWaiting();
  }

  @Override
  public void cancel(Bio bio, long generation) {
    if (waiting.withdraw(bio, generation, ioClass)) {
      queueing.queued.decrementAndGet();
      bio.complete(failure(bio, Errno.ECANCELED, "cancelled before it began", null));
      waiting.startWaiting();
    } else {
      super.cancel(bio, generation);
    }
  }

  private BlockIoException failure(Bio bio, Errno errno, String detail, @Nullable Throwable cause) {
    return new BlockIoException(
        errno.number(),
        bio.direction().word(),
        name(),
        bio.deviceOffset(),
        bio.length(),
        detail,
        cause);
  }

  // --- all else is the host's ---

  @Override
  public String provider() {
    return host.provider();
  }

  @Override
  public boolean isBlockDevice() {
    return host.isBlockDevice();
  }

  @Override
  public boolean isDirect() {
    return host.isDirect();
  }

  @Override
  public HostAlignment alignment() {
    return host.alignment();
  }

  @Override
  public Object identity() {
    return host.identity();
  }

  @Override
  public long length() throws IOException {
    return host.length();
  }

  @Override
  public void setLength(long newLength) throws IOException {
    host.setLength(newLength);
  }

  @Override
  public void flushAll() throws IOException {
    host.flushAll();
  }

  @Override
  public boolean preallocate(long from, long length) throws IOException {
    return host.preallocate(from, length);
  }

  @Override
  public boolean clear(long from, long length) throws IOException {
    return host.clear(from, length);
  }

  @Override
  public boolean zeroRange(long from, long length) throws IOException {
    return host.zeroRange(from, length);
  }

  @Override
  public boolean discard(long from, long length) throws IOException {
    return host.discard(from, length);
  }

  @Override
  public boolean knowsHoles() {
    return host.knowsHoles();
  }

  @Override
  public long nextData(long position) throws IOException {
    return host.nextData(position);
  }

  @Override
  public long nextHole(long position) throws IOException {
    return host.nextHole(position);
  }
}
