package io.penstock.core.completion;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The completions a thread still has to run. They never run inside the reaping of a device's queue
 * nor inside each other (CMP-10, CMP-7): whoever opens the outermost scope on a thread runs them
 * when that scope ends, one after the other, those that are added meanwhile included.
 *
 * <p>One per thread; not shared.
 */
public final class HandlerQueue {
  private static final ThreadLocal<HandlerQueue> CURRENT =
      ThreadLocal.withInitial(HandlerQueue::new);

  private @Nullable Completable head;

  /** The last one, where there is more than one. */
  private @Nullable Completable tail;

  private @Nullable Unplug[] plugged = new Unplug[2];
  private int pluggedCount;
  private int depth;
  private boolean draining;
  private boolean deviceThread;

  /**
   * What this thread uses for its synchronous calls, so that it need not compete for one. It stays
   * here while it is out: to write the reference each time would cost more than to write a flag.
   * Virtual threads are too many to keep one each.
   */
  private @Nullable Completable spare;

  private boolean spareOut;
  private final boolean keepsSpare = !Thread.currentThread().isVirtual();

  private HandlerQueue() {}

  /** The calling thread's queue. */
  public static HandlerQueue current() {
    return CURRENT.get();
  }

  /** Whether the calling thread is running a handler at the moment. */
  public static boolean isInHandler() {
    return CURRENT.get().draining;
  }

  /**
   * Whether the calling thread may wait for I/O: it is not running a handler on a device's thread.
   */
  public static boolean mayWait() {
    HandlerQueue own = CURRENT.get();
    return !(own.draining && own.deviceThread);
  }

  /**
   * Throws when the calling thread is running a handler on a device's thread, where waiting for I/O
   * could wait for itself.
   *
   * @throws IllegalStateException naming {@code what}
   */
  public static void forbidWaiting(String what) {
    CURRENT.get().requireMayWait(what);
  }

  /**
   * Throws when waiting for I/O could wait for itself, as {@link #forbidWaiting}; called on the
   * calling thread's own queue.
   */
  public void requireMayWait(String what) {
    if (draining && deviceThread) {
      throw new IllegalStateException(
          what
              + " would wait on the device's own completion thread, for completions only this"
              + " thread can deliver; use an asynchronous request, or hand over to another thread");
    }
  }

  /** The calling thread's spare completion, or null when it has none or it is out. */
  public @Nullable Completable takeSpare() {
    if (spareOut) {
      return null;
    }
    spareOut = spare != null;
    return spare;
  }

  /**
   * Brings the spare back, or offers one to a thread that has none.
   *
   * @return false when it is not kept
   */
  public boolean keepSpare(Completable completion) {
    if (spare == null && keepsSpare) {
      spare = completion;
    }
    if (spare != completion) {
      return false;
    }
    spareOut = false;
    return true;
  }

  /** Opens a scope: completions wait for its end. */
  void open(boolean onDeviceThread) {
    depth++;
    deviceThread |= onDeviceThread;
  }

  /** Opens a scope around a submission: completions that are known at once wait for its end. */
  public void open() {
    depth++;
  }

  /**
   * Has {@code device} told when the outermost scope of this thread ends, so that what is submitted
   * in it is begun together.
   *
   * @return false when no scope is open: the device is not told, and begins by itself
   */
  public boolean plug(Unplug device) {
    if (depth == 0) {
      return false;
    }
    for (int i = 0; i < pluggedCount; i++) {
      if (plugged[i] == device) {
        return true;
      }
    }
    if (pluggedCount == plugged.length) {
      plugged = Arrays.copyOf(plugged, 2 * pluggedCount);
    }
    plugged[pluggedCount++] = device;
    return true;
  }

  /**
   * Tells the plugged devices now: what a thread does before it waits, since what it waits for may
   * stand behind a plug.
   */
  public void unplug() {
    while (pluggedCount > 0) {
      Unplug device = plugged[--pluggedCount];
      plugged[pluggedCount] = null;
      assert device != null;
      device.unplug();
    }
  }

  /** Ends a scope; the outermost one runs what has come together. */
  public void close() {
    depth--;
    if (depth == 0 && pluggedCount > 0) {
      unplug();
    }
    if (depth == 0 && !draining) {
      if (head != null) {
        drain();
      }
      deviceThread = false;
    }
  }

  /** Adds a completion: it runs when the outermost scope ends, or now when there is none. */
  public void add(Completable completion) {
    assert completion.next == null && tail != completion && head != completion : "queued twice";
    Completable first = head;
    if (first == null) {
      head = completion;
    } else {
      Completable last = tail == null ? first : tail;
      last.next = completion;
      tail = completion;
    }
    if (depth == 0 && !draining) {
      deviceThread = true;
      drain();
      deviceThread = false;
    }
  }

  private void drain() {
    draining = true;
    for (Completable each = head; each != null; each = head) {
      head = each.next;
      if (head == tail) {
        tail = null;
      }
      each.next = null;
      try {
        each.runCompletion();
      } catch (Throwable broken) {
        // the completions behind it are other people's
        System.getLogger("io.penstock").log(Level.ERROR, "a completion threw: " + each, broken);
      }
    }
    draining = false;
  }
}
