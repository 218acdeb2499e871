package io.penstock.file;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.MemoryDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A file in memory, with devices before it that decide when and how its operations end. */
final class MemoryHost extends ForwardingDevice implements HostDevice {
  static final int BLOCK = 4096;

  private static final long MOST = 1L << 34;

  private final AtomicLong length;
  private volatile @Nullable IOException lengthFailure;

  private MemoryHost(BlockDevice front, AtomicLong length) {
    super(front);
    this.length = length;
  }

  /** A file of so many bytes, all zero. */
  static MemoryHost of(long length, UnaryOperator<BlockDevice> before) {
    AtomicLong end = new AtomicLong(length);
    return new MemoryHost(before.apply(new Growing(end)), end);
  }

  /** The length follows what was written. */
  private static final class Growing extends ForwardingDevice {
    private final AtomicLong length;

    Growing(AtomicLong length) {
      super(MemoryDevice.builder().size(MOST).build());
      this.length = length;
    }

    @Override
    public void submit(Bio bio) {
      if (bio.isWrite()) {
        length.accumulateAndGet(bio.deviceEnd(), Math::max);
      }
      super.submit(bio);
    }
  }

  /** Opens it for reading and writing; any number of times. */
  DirectFile open(DirectFileOptions options) throws IOException {
    OpenPlan plan = OpenPlan.of(StandardOpenOption.READ, StandardOpenOption.WRITE, options);
    return DirectFile.over(Path.of("in-memory"), plan, new OpenPlan.Opened(this, "a test"));
  }

  @Override
  public String provider() {
    return "test";
  }

  @Override
  public boolean isBlockDevice() {
    return false;
  }

  @Override
  public boolean isDirect() {
    return true;
  }

  @Override
  public HostAlignment alignment() {
    return new HostAlignment(1, BLOCK, BLOCK, 0, 0, "test");
  }

  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  @Override
  public Object identity() {
    return this;
  }

  @Override
  public long length() {
    return length.get();
  }

  /** From now on its length cannot be set, for this reason. */
  void failSetLength(@Nullable IOException reason) {
    lengthFailure = reason;
  }

  @Override
  public void setLength(long newLength) throws IOException {
    IOException reason = lengthFailure;
    if (reason != null) {
      throw reason;
    }
    length.set(newLength);
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
    return false;
  }

  @Override
  public long nextData(long position) {
    return position;
  }

  @Override
  public long nextHole(long position) {
    return length.get();
  }

  /** Several handles have it: the memory goes when nobody does. */
  @Override
  public void close() {}
}
