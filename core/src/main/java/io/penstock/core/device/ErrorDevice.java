package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fails chosen bios, flushes and alias drops; hands on everything else. Faults are tried in the
 * order in which they were added; the first that strikes decides. Thread-safe: what is counted
 * ({@link Fault#skip}, {@link Fault#times}) is counted in the order of submission.
 */
public final class ErrorDevice extends InterposingDevice {
  private final List<Armed> faults = new ArrayList<>();
  private final Calls flushes = new Calls();
  private final Calls aliasDrops = new Calls();
  private volatile boolean armed;
  private long failures;

  /** Fails nothing yet. */
  public ErrorDevice(BlockDevice delegate) {
    super(delegate);
  }

  /** Adds a fault. */
  public ErrorDevice add(Fault fault) {
    synchronized (faults) {
      faults.add(new Armed(fault));
      armed = true;
    }
    return this;
  }

  /** Fails the next so many flushes, without flushing; {@code Long.MAX_VALUE} for all. */
  public ErrorDevice failFlushes(Errno errno, long times) {
    flushes.fail(errno, times);
    return this;
  }

  /**
   * Fails the next so many calls of {@code dropCachedAliases}, without dropping; {@code
   * Long.MAX_VALUE} for all.
   */
  public ErrorDevice failAliasDrops(Errno errno, long times) {
    aliasDrops.fail(errno, times);
    return this;
  }

  /** Fails nothing any more. */
  public void heal() {
    synchronized (faults) {
      faults.clear();
      armed = false;
    }
    flushes.fail(Errno.EIO, 0);
    aliasDrops.fail(Errno.EIO, 0);
  }

  /** How many bios were failed so far. */
  public long failures() {
    synchronized (faults) {
      return failures;
    }
  }

  @Override
  public void submit(Bio bio) {
    Fault fault = armed ? strike(bio) : null;
    if (fault == null) {
      delegate().submit(bio);
    } else if (fault.afterTransfer()) {
      bio.deviceTag(fault.errno());
      interpose(bio);
    } else {
      bio.complete(error(bio, fault.errno(), null));
    }
  }

  @Override
  public void submit(Bio[] bios, int from, int to) {
    if (armed) {
      super.submit(bios, from, to);
    } else {
      delegate().submit(bios, from, to);
    }
  }

  @Override
  protected void ended(Bio bio, @Nullable IOException error) {
    bio.complete(error(bio, (int) bio.deviceTag(), error));
  }

  @Override
  public void flush() throws IOException {
    flushes.check("flush", name());
    delegate().flush();
  }

  @Override
  public void dropCachedAliases(long offset, long length) throws IOException {
    aliasDrops.check("drop cached aliases", name());
    delegate().dropCachedAliases(offset, length);
  }

  private @Nullable Fault strike(Bio bio) {
    synchronized (faults) {
      for (Iterator<Armed> each = faults.iterator(); each.hasNext(); ) {
        Armed candidate = each.next();
        if (candidate.strikes(bio)) {
          if (candidate.isSpent()) {
            each.remove();
            armed = !faults.isEmpty();
          }
          failures++;
          return candidate.fault;
        }
      }
      return null;
    }
  }

  private IOException error(Bio bio, int errno, @Nullable IOException ofTheDevice) {
    return new BlockIoException(
        errno,
        bio.direction().word(),
        name(),
        bio.deviceOffset(),
        bio.length(),
        "injected fault",
        ofTheDevice);
  }

  /** A fault and what it has seen. Guarded by the list. */
  private static final class Armed {
    final Fault fault;
    private long seen;
    private long struck;

    Armed(Fault fault) {
      this.fault = fault;
    }

    boolean strikes(Bio bio) {
      if (isSpent() || !fault.concerns(bio) || seen++ < fault.skip()) {
        return false;
      }
      struck++;
      return true;
    }

    boolean isSpent() {
      return struck >= fault.times();
    }
  }

  /** Calls of one kind that are to fail. */
  private static final class Calls {
    private Errno errno = Errno.EIO;
    private long left;

    synchronized void fail(Errno number, long times) {
      errno = number;
      left = times;
    }

    synchronized void check(String operation, String name) throws IOException {
      if (left > 0) {
        left -= left == Long.MAX_VALUE ? 0 : 1;
        throw new BlockIoException(errno, operation, name, "injected fault");
      }
    }
  }
}
