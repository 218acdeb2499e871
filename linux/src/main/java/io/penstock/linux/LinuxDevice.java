package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.Errno;
import java.io.IOException;

/**
 * A file or block device of the host, whatever way bios go to it: what it is, and what is done to
 * it as a whole. Thread-safe.
 *
 * <p><b>Cached copies.</b> {@link #dropCachedAliases} has nothing to do: the kernel writes back
 * cached pages before a direct read and drops them around a direct write, of a block device too.
 */
abstract class LinuxDevice implements HostDevice {
  final HostFile file;
  final Descriptor descriptor;
  final QueueLimits limits;
  final long size;
  private final IoCounters counters = new IoCounters();

  /**
   * Takes a file over.
   *
   * @param limits of one bio
   */
  LinuxDevice(HostFile file, QueueLimits limits) {
    this.file = file;
    this.limits = limits;
    descriptor = file.descriptor();
    int block = limits.logicalBlock();
    size = file.isBlockDevice() ? file.fixedLength() / block * block : Long.MAX_VALUE;
  }

  /** What is done to the file as a whole. */
  abstract FileOperations operations();

  // --- what it is ---

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public IoCounters counters() {
    return counters;
  }

  @Override
  public boolean isBlockDevice() {
    return file.isBlockDevice();
  }

  /** Also true for tmpfs and other memory, which take {@code O_DIRECT}: no cache stands before. */
  @Override
  public boolean isDirect() {
    return file.isDirect();
  }

  @Override
  public HostAlignment alignment() {
    return file.alignment();
  }

  @Override
  public Object identity() {
    return file.identity();
  }

  // --- the file as a whole ---

  @Override
  public void flush() throws IOException {
    operations().dataSync();
  }

  @Override
  public void flushAll() throws IOException {
    operations().sync();
  }

  @Override
  public long length() throws IOException {
    return operations().length();
  }

  @Override
  public void setLength(long newLength) throws IOException {
    operations().setLength(newLength);
  }

  @Override
  public boolean preallocate(long from, long length) throws IOException {
    return operations().preallocate(from, length);
  }

  @Override
  public boolean clear(long from, long length) throws IOException {
    return operations().clear(from, length);
  }

  @Override
  public boolean zeroRange(long from, long length) throws IOException {
    return operations().zeroRange(from, length);
  }

  @Override
  public boolean discard(long from, long length) throws IOException {
    return operations().discard(from, length);
  }

  @Override
  public boolean knowsHoles() {
    return operations().knowsHoles();
  }

  @Override
  public long nextData(long position) throws IOException {
    return operations().nextData(position);
  }

  @Override
  public long nextHole(long position) throws IOException {
    return operations().nextHole(position);
  }

  final IOException cancelled(Bio bio) {
    return failure(bio, Errno.ECANCELED, "cancelled before it began");
  }

  final IOException failure(Bio bio, Errno errno, String detail) {
    return BioFailure.of(bio, file.name(), errno, detail);
  }

  @Override
  public String toString() {
    return provider()
        + " device "
        + file.name()
        + ' '
        + file.alignment()
        + (file.isDirect() ? "" : " buffered")
        + (descriptor.isClosed() ? " closed" : "");
  }
}
