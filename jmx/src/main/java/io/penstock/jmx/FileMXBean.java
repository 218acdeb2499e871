package io.penstock.jmx;

/**
 * The requests of one open file, {@code io.penstock:type=File,name="...",id=n}. Numbers count from
 * its opening.
 */
public interface FileMXBean {
  /** Name of the file. */
  String getName();

  /** Requests that read. */
  Operations getReads();

  /** Requests that write. */
  Operations getWrites();
}
