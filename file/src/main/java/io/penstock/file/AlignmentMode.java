package io.penstock.file;

/** What becomes of requests that are not aligned as the device needs it (FILE-3). */
public enum AlignmentMode {
  /**
   * They are refused with EINVAL, with a message that names the value and the alignment; for users
   * who want no hidden copy and no hidden read.
   */
  STRICT,
  /**
   * They are carried out: whole blocks in the middle go straight where the memory's address allows
   * it, the edges pass through a pooled buffer.
   */
  BOUNCE
}
