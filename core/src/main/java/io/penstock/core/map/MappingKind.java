package io.penstock.core.map;

/** What a run of file blocks is backed by (MAP-5). */
public enum MappingKind {
  /** Nothing is allocated; reads as zeros. */
  HOLE,
  /** Allocated and holding data. */
  MAPPED,
  /** Allocated by this very call; what the device holds there is undefined. */
  NEW,
  /** Allocated, reads as zeros; becomes data only when the end-of-I/O hook says so. */
  UNWRITTEN,
  /** The mapper would have to wait and the query forbids it; nothing was changed (ADM-12). */
  WOULD_BLOCK
}
