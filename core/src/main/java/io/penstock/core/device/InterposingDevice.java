package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A device that sees the end of bios before their owner does: it sends a copy of the bio to the
 * device behind, and completes the original when the copy is done. Copies are pooled; nothing is
 * allocated in the steady state. A wish to cancel reaches the copy.
 *
 * <p>Uses {@link Bio#deviceData()} of the original while it is in flight. Thread-safe.
 */
public abstract class InterposingDevice extends ForwardingDevice {
  private final ArrayDeque<Copy> pool = new ArrayDeque<>();

  /** Stands before {@code delegate}. */
  protected InterposingDevice(BlockDevice delegate) {
    super(delegate);
  }

  /**
   * Sends {@code bio} on as a copy; {@link #ended} is called exactly once, before this returns or
   * later, on any thread.
   */
  protected final void interpose(Bio bio) {
    take().send(bio);
  }

  /**
   * The copy of {@code bio} is done. Must complete {@code bio}, now or later, exactly once.
   *
   * @param error of the device behind, or null when all bytes were transferred
   */
  protected abstract void ended(Bio bio, @Nullable IOException error);

  @Override
  public void cancel(Bio bio, long generation) {
    if (bio.deviceData() instanceof Copy copy && copy.isOf(this)) {
      copy.cancel(bio, generation);
    } else {
      super.cancel(bio, generation);
    }
  }

  private Copy take() {
    synchronized (pool) {
      Copy copy = pool.pollFirst();
      return copy != null ? copy : new Copy(this);
    }
  }

  private void giveBack(Copy copy) {
    synchronized (pool) {
      pool.addFirst(copy);
    }
  }

  /**
   * A copy and the bio it stands for. Its lock makes sure that a cancel finds the use it was meant
   * for, or none (CMP-11).
   */
  private static final class Copy implements BioOwner {
    private final InterposingDevice device;
    private final Bio bio = new Bio(this);
    private @Nullable Bio original;
    private long originalGeneration;

    Copy(InterposingDevice device) {
      this.device = device;
    }

    @SuppressWarnings("ReferenceEquality") // a device is itself and no other
    boolean isOf(InterposingDevice other) {
      return device == other;
    }

    void send(Bio bioToCopy) {
      synchronized (this) {
        assert original == null : original;
        bio.beginCopy(bioToCopy, device.delegate());
        bio.markInFlight();
        original = bioToCopy;
        originalGeneration = bioToCopy.generation();
      }
      bioToCopy.deviceData(this);
      device.delegate().submit(bio);
    }

    void cancel(Bio wanted, long generation) {
      long copyGeneration;
      synchronized (this) {
        if (original != wanted || originalGeneration != generation) {
          return;
        }
        bio.requestCancel(bio.generation());
        copyGeneration = bio.generation();
      }
      device.delegate().cancel(bio, copyGeneration);
    }

    @Override
    public void bioDone(Bio done, @Nullable IOException error) {
      Bio ended;
      synchronized (this) {
        ended = original;
        original = null;
      }
      if (ended == null) {
        throw new IllegalStateException("copy completed twice by the device behind: " + done);
      }
      ended.deviceData(null);
      ended.begunAs(done);
      done.release();
      device.giveBack(this);
      device.ended(ended, error);
    }
  }
}
