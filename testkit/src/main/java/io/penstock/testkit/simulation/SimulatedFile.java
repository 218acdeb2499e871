package io.penstock.testkit.simulation;

import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.QueueLimits;
import java.io.IOException;

/** One open file of a {@link SimulatedHost}. */
final class SimulatedFile extends ForwardingDevice implements HostDevice {
  private final SimulatedInode inode;

  SimulatedFile(SimulatedInode inode) {
    super(inode.disk());
    this.inode = inode;
  }

  @Override
  public String provider() {
    return SimulatedHost.NAME;
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
    QueueLimits limits = limits();
    return new HostAlignment(
        limits.memoryAlignment(),
        limits.logicalBlock(),
        limits.logicalBlock(),
        (int) limits.atomicWriteMin(),
        (int) limits.atomicWriteMax(),
        "simulated");
  }

  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  @Override
  public Object identity() {
    return inode;
  }

  @Override
  public long length() throws IOException {
    return inode.length();
  }

  @Override
  public void setLength(long newLength) throws IOException {
    inode.setLength(newLength);
  }

  @Override
  public void flush() throws IOException {
    inode.flush();
  }

  @Override
  public boolean preallocate(long from, long length) {
    return true; // there is always space
  }

  @Override
  public boolean clear(long from, long length) throws IOException {
    return inode.clear(from, from + length);
  }

  @Override
  public boolean zeroRange(long from, long length) throws IOException {
    return inode.clear(from, from + length);
  }

  @Override
  public boolean knowsHoles() {
    return true;
  }

  @Override
  public long nextData(long position) throws IOException {
    return inode.nextData(position);
  }

  @Override
  public long nextHole(long position) throws IOException {
    return inode.nextHole(position);
  }

  /** Others may have the file open: only this handle ends. */
  @Override
  public void close() {}
}
