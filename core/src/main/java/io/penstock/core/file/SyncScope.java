package io.penstock.core.file;

/** How much a sync makes durable. */
public enum SyncScope {
  /** The data and the metadata needed to read it back, a new size included; as fdatasync(2). */
  DATA,
  /** The data and all metadata; as fsync(2). */
  ALL
}
