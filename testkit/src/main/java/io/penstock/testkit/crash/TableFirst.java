package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.file.SyncHook;
import java.io.IOException;

/**
 * Turns a layout's sync around: the metadata it writes is durable at once, and only then what was
 * to be durable before. When the sync is over all is as it should be. For one thread.
 */
final class TableFirst extends ForwardingDevice {
  private boolean syncing;
  private boolean owed;

  TableFirst(BlockDevice delegate) {
    super(delegate);
  }

  /** The sync to be turned around. */
  SyncHook around(SyncHook sync) {
    return (file, scope) -> {
      syncing = true;
      try {
        sync.sync(file, scope);
      } finally {
        syncing = false;
      }
      flush();
    };
  }

  @Override
  public void submit(Bio bio) {
    if (syncing && bio.isWrite()) {
      bio.forcedUnitAccess(true);
    }
    delegate().submit(bio);
  }

  @Override
  public void flush() throws IOException {
    if (syncing) {
      owed = true;
    } else if (owed) {
      owed = false;
      delegate().flush();
    }
  }
}
