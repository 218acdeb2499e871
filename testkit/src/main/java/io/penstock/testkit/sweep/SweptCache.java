package io.penstock.testkit.sweep;

import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import java.io.IOException;

/** Stands before a user's cache hook: counts what it is told, and fails. */
final class SweptCache implements CacheHook {
  private final CacheHook behind;
  private final Ledger ledger;

  SweptCache(CacheHook behind, Ledger ledger) {
    this.behind = behind;
    this.ledger = ledger;
  }

  @Override
  public boolean hasDirty(BlockFile file, long from, long to) {
    boolean dirty = behind.hasDirty(file, from, to);
    synchronized (ledger) {
      ledger.facts().dirtySeen |= dirty;
    }
    return dirty;
  }

  @Override
  public void writeBack(BlockFile file, long from, long to) throws IOException {
    ledger.call(FaultKind.WRITE_BACK, () -> behind.writeBack(file, from, to));
  }

  @Override
  public boolean writeBackAndDrop(BlockFile file, long from, long to) throws IOException {
    boolean[] dropped = {true};
    ledger.call(FaultKind.WRITE_BACK, () -> dropped[0] = behind.writeBackAndDrop(file, from, to));
    synchronized (ledger) {
      ledger.facts().undroppable |= !dropped[0];
    }
    return dropped[0];
  }

  @Override
  public void invalidate(BlockFile file, long from, long to) throws IOException {
    synchronized (ledger) {
      ledger.facts().invalidations++;
    }
    ledger.call(FaultKind.INVALIDATE, () -> behind.invalidate(file, from, to));
  }
}
