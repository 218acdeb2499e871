package io.penstock.file;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.file.FileState;
import io.penstock.core.file.RequestLock;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * What all handles of one file in this process have in common (FILE-6): its size, who writes which
 * blocks, who appends. Found by the file's identity, whatever its name, and dropped when the last
 * handle is closed. Thread-safe.
 */
final class SharedFile {
  /** Guarded by itself. */
  private static final Map<Object, SharedFile> OPEN = new HashMap<>();

  private final Object identity;
  private final FileState state;
  private final RequestLock appends = new RequestLock();

  /** In the order they were opened, so that whoever freezes all of them does so in one order. */
  private final List<FileTransfers> handles = new CopyOnWriteArrayList<>();

  /** Drops what was prefetched of a range that a write has changed. */
  private final CacheHook prefetched =
      new CacheHook() {
        @Override
        public void invalidate(BlockFile file, long from, long to) {
          changed(from, to);
        }
      };

  /** Whether some handle may have prefetched something. */
  private volatile boolean prefetching;

  /** Set once, by the first who locks. */
  private volatile boolean keepsDescriptors;

  /** Guarded by {@link #OPEN}. */
  private int users;

  private SharedFile(Object identity, long size) {
    this.identity = identity;
    state = FileState.shared(size);
  }

  /**
   * Joins the other users of the device's file; {@link #leave()} ends it.
   *
   * @throws IOException when its length cannot be told
   */
  static SharedFile join(HostDevice device) throws IOException {
    synchronized (OPEN) {
      SharedFile file = OPEN.get(device.identity());
      if (file == null) {
        file = new SharedFile(device.identity(), sizeOf(device));
        OPEN.put(file.identity, file);
      } else {
        file.refresh(device);
      }
      file.users++;
      return file;
    }
  }

  /** A handle does not use it any more. */
  void leave() {
    synchronized (OPEN) {
      if (--users == 0) {
        OPEN.remove(identity);
      }
    }
  }

  /** Files that somebody has open at this moment. */
  static int open() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  private static long sizeOf(HostDevice device) throws IOException {
    long length = lengthOf(device);
    return device.isBlockDevice() ? Math.min(length, device.size()) : length;
  }

  /** The length that the host tells, checked before anything is made of it. */
  private static long lengthOf(HostDevice device) throws IOException {
    long length = device.length();
    if (length < 0) {
      throw new BlockIoException(
          Errno.EIO, "tell the length of", device.name(), "the host says " + length + " bytes");
    }
    return length;
  }

  /** Size and claims. */
  FileState state() {
    return state;
  }

  /** Held by whoever appends. */
  RequestLock appends() {
    return appends;
  }

  /** Told of all writes of all handles when they have ended and are not reported yet. */
  CacheHook prefetched() {
    return prefetched;
  }

  /** A handle is going to prefetch: before it reads anything. */
  void beginPrefetching() {
    prefetching = true;
  }

  /** The bytes of a range have changed: nobody may use what he has prefetched of it. */
  void changed(long from, long to) {
    if (!prefetching) {
      return;
    }
    for (FileTransfers each : handles) {
      Prefetch prefetch = each.prefetch();
      if (prefetch != null) {
        prefetch.invalidate(from, to);
      }
    }
  }

  /**
   * Asks the host for the length: somebody else may have changed it. While a write of this process
   * extends the file the host's answer would be premature, and the size known stays.
   */
  void refresh(HostDevice device) throws IOException {
    long stamp = state.unextended();
    if (stamp >= 0 && !device.isBlockDevice()) {
      long before = state.size();
      long length = lengthOf(device);
      if (length != before) {
        state.adopt(length, stamp, before);
      }
    }
  }

  void add(FileTransfers handle) {
    handles.add(handle);
    if (keepsDescriptors) {
      keepDescriptors(handle);
    }
  }

  /**
   * From now on no handle closes a descriptor before it is closed itself: that would drop the
   * process's locks on the file.
   */
  void keepDescriptors() {
    keepsDescriptors = true;
    for (FileTransfers handle : handles) {
      keepDescriptors(handle);
    }
  }

  private static void keepDescriptors(FileTransfers handle) {
    if (handle.device() instanceof PortableDevice portable) {
      portable.keepDescriptors();
    }
  }

  void remove(FileTransfers handle) {
    handles.remove(handle);
  }

  /** Does something while no request is in flight on a part of every handle, and none can begin. */
  void frozen(Function<FileTransfers, BlockFile> part, IoAction action) throws IOException {
    List<BlockFile> all = handles.stream().map(part).toList();
    int frozen = 0;
    try {
      for (BlockFile each : all) {
        each.freeze();
        frozen++;
      }
      action.run();
    } finally {
      for (BlockFile each : all.subList(0, frozen)) {
        each.thaw();
      }
    }
  }

  /** Something that may fail. */
  @FunctionalInterface
  interface IoAction {
    void run() throws IOException;
  }

  @Override
  public String toString() {
    return identity + " " + state + " handles=" + handles.size();
  }
}
