package io.penstock.file;

/**
 * Who waits for the transfers of a {@link DirectFile} (FILE-8). Classes matter where handles share
 * {@link IoLimits}; a bulk job opens the file again for itself, as handles of one file see each
 * other's writes (FILE-6).
 */
public enum IoClass {
  /** Somebody waits: goes first. */
  FOREGROUND,
  /** A bulk job: has its share, and what foreground leaves, but is never starved. */
  BACKGROUND
}
