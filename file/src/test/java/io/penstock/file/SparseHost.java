package io.penstock.file;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;

/** A file with one run of data, every byte of which is 1, in a hole. */
final class SparseHost implements HostDevice {
  private static final int BLOCK = 4096;

  private final long length;
  private final long dataStart;
  private final long dataEnd;
  private final IoCounters counters = new IoCounters();
  private int questions;
  private long bytesRead;

  SparseHost(long length) {
    this(length, length, length);
  }

  SparseHost(long length, long dataStart, long dataEnd) {
    this.length = length;
    this.dataStart = dataStart;
    this.dataEnd = dataEnd;
  }

  int questions() {
    return questions;
  }

  long bytesRead() {
    return bytesRead;
  }

  @Override
  public long nextData(long position) {
    questions++;
    long next = Math.max(position, dataStart);
    return next < dataEnd ? next : -1;
  }

  @Override
  public long nextHole(long position) {
    questions++;
    if (position >= length) {
      return -1;
    }
    return position >= dataStart && position < dataEnd ? dataEnd : position;
  }

  @Override
  public void submit(Bio bio) {
    for (int i = 0; i < bio.pieces(); i++) {
      bytesRead += bio.pieceLength(i);
      bio.segment(i).asSlice(bio.pieceOffset(i), bio.pieceLength(i)).fill((byte) 1);
    }
    bio.complete();
  }

  @Override
  public boolean knowsHoles() {
    return true;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public String name() {
    return "sparse";
  }

  @Override
  public String provider() {
    return "test";
  }

  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  @Override
  public QueueLimits limits() {
    return QueueLimits.of(BLOCK);
  }

  @Override
  public HostAlignment alignment() {
    return new HostAlignment(1, BLOCK, BLOCK, 0, 0, "test");
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
  public Object identity() {
    return this;
  }

  @Override
  public void setLength(long newLength) {
    throw new UnsupportedOperationException();
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
  public void flush() {}

  @Override
  public IoCounters counters() {
    return counters;
  }

  @Override
  public void close() {}
}
