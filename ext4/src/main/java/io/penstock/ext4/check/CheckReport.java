package io.penstock.ext4.check;

import io.penstock.ext4.format.DamagedVolumeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a check has seen and found. Filled by one thread. */
public final class CheckReport {
  /** Most findings that are kept; more are only counted. */
  public static final int MOST_FINDINGS = 1000;

  private final List<Finding> findings = new ArrayList<>();
  private long found;
  long inodes;
  long directories;
  long entries;
  long clusters;
  long orphans;

  CheckReport() {}

  void add(String place, String problem) {
    found++;
    if (findings.size() < MOST_FINDINGS) {
      findings.add(new Finding(place, problem));
    }
  }

  void add(DamagedVolumeException damage) {
    StringBuilder place = new StringBuilder(damage.structure());
    if (damage.block() >= 0) {
      place.append(" in block ").append(damage.block());
    }
    if (damage.inode() >= 0) {
      place.append(" of inode ").append(damage.inode());
    }
    String message = String.valueOf(damage.getMessage());
    String told = place + ": ";
    int at = message.indexOf(told);
    add(place.toString(), at < 0 ? message : message.substring(at + told.length()));
  }

  /** Whether nothing was found. */
  public boolean isClean() {
    return found == 0;
  }

  /** What was found, in the order in which it was found; not more than {@link #MOST_FINDINGS}. */
  public List<Finding> findings() {
    return Collections.unmodifiableList(findings);
  }

  /** How many there were, with those that were not kept. */
  public long found() {
    return found;
  }

  /** Inodes in use. */
  public long inodes() {
    return inodes;
  }

  /** Of which are directories. */
  public long directories() {
    return directories;
  }

  /** Names in them, dots included. */
  public long entries() {
    return entries;
  }

  /** Clusters (blocks without bigalloc) in use. */
  public long clusters() {
    return clusters;
  }

  /** Inodes that a crash has left to be deleted or cut. */
  public long orphans() {
    return orphans;
  }
}
