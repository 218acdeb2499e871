package io.penstock.linux.abi;

import static io.penstock.linux.abi.NativeCall.INT;
import static io.penstock.linux.abi.NativeCall.LONG;
import static io.penstock.linux.abi.NativeCall.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Memory and limits of the process: mlock(2), mmap(2), getrlimit(2), sysconf(3). */
public final class MemoryCalls {
  /** Bytes of memory that may be locked. */
  public static final int RLIMIT_MEMLOCK = 8;

  /** Descriptors that may be open. */
  public static final int RLIMIT_NOFILE = 7;

  private static final int SC_PAGESIZE = 30;
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;
  private static final int MADV_COLLAPSE = 25;
  private static final int MAP_POPULATE = 0x8000;

  private static final SharedCall MMAP = SharedCall.returningLong("mmap");
  private static final SharedCall MADVISE = SharedCall.returningInt("madvise");
  private static final SharedCall MUNMAP = SharedCall.returningInt("munmap");
  private static final SharedCall GETRLIMIT = SharedCall.returningInt("getrlimit");
  private static final SharedCall SYSCONF = SharedCall.returningLong("sysconf");

  /**
   * A limit of the process.
   *
   * <p>Field map, from {@code asm-generic/resource.h}: offset 0, 8 bytes, {@code rlim_cur}; offset
   * 8, 8 bytes, {@code rlim_max}.
   *
   * @param soft what holds; {@link #UNLIMITED} if nothing does
   * @param hard how far it can be raised
   */
  public record Limit(long soft, long hard) {
    /** {@code RLIM_INFINITY}. */
    public static final long UNLIMITED = -1;
  }

  /** Calls on memory of others, which they hold open; linked only when somebody locks memory. */
  private static final class Locking {
    static final MethodHandle MLOCK = NativeCall.of("mlock", INT, POINTER, LONG);
    static final MethodHandle MUNLOCK = NativeCall.of("munlock", INT, POINTER, LONG);
  }

  private MemoryCalls() {}

  /** Bytes of a memory page. */
  public static int pageSize() {
    return Math.toIntExact(sysconf(SC_PAGESIZE));
  }

  /**
   * A limit of the process: getrlimit(2).
   *
   * @param resource {@link #RLIMIT_MEMLOCK} or {@link #RLIMIT_NOFILE}
   * @throws IllegalArgumentException if the kernel does not know the resource
   */
  public static Limit limit(int resource) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(ValueLayout.JAVA_LONG, 2);
      long result = getrlimit(resource, limit);
      if (result < 0) {
        throw new IllegalArgumentException(
            "getrlimit(" + resource + "): " + Errno.describe((int) -result));
      }
      return new Limit(
          limit.getAtIndex(ValueLayout.JAVA_LONG, 0), limit.getAtIndex(ValueLayout.JAVA_LONG, 1));
    }
  }

  /** Keeps the pages of native memory in RAM: mlock(2); 0, {@code -ENOMEM} over the limit. */
  public static long lock(MemorySegment memory) {
    return mlock(memory, memory.byteSize());
  }

  /** Undoes {@link #lock}: munlock(2); 0 or {@code -errno}. */
  public static long unlock(MemorySegment memory) {
    return munlock(memory, memory.byteSize());
  }

  /**
   * Moves anonymous memory to large pages, its contents kept: madvise(2) with {@code MADV_COLLAPSE}
   * (Linux 6.1). Only whole large pages within the memory are moved.
   *
   * @param memory native, begins at a page, held open by the caller
   * @return 0, {@code -EINVAL} where the kernel cannot, or {@code -errno}
   */
  public static long collapse(MemorySegment memory) {
    return MADVISE.call(SharedCall.address(memory), memory.byteSize(), MADV_COLLAPSE);
  }

  /**
   * Maps a part of a file to look at its cached pages, not to read it.
   *
   * @param offset bytes, a multiple of the page
   * @return an address that the caller gives to {@link #unmap}, or {@code -errno}
   */
  public static long mapForLooking(int fd, long offset, long lengthBytes) {
    return mmap(0, lengthBytes, PROT_READ, MAP_SHARED, fd, offset);
  }

  /**
   * Maps memory that is shared with the kernel, such as the queues of a ring, with its pages there.
   *
   * @return an address that the caller gives to {@link #unmap}, or {@code -errno}
   */
  static long mapShared(int fd, long offset, long lengthBytes) {
    return mmap(0, lengthBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
  }

  /** Undoes {@link #mapForLooking}; 0 or {@code -errno}. */
  public static long unmap(long address, long lengthBytes) {
    return munmap(address, lengthBytes);
  }

  private static long mlock(MemorySegment memory, long lengthBytes) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return capture.result(
          (long) Locking.MLOCK.invokeExact(capture.segment(), memory, lengthBytes));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  private static long munlock(MemorySegment memory, long lengthBytes) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return capture.result(
          (long) Locking.MUNLOCK.invokeExact(capture.segment(), memory, lengthBytes));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  private static long mmap(
      long hint, long lengthBytes, int protection, int flags, int fd, long offset) {
    return MMAP.call(hint, lengthBytes, protection, flags, fd, offset);
  }

  private static long munmap(long address, long lengthBytes) {
    return MUNMAP.call(address, lengthBytes);
  }

  private static long getrlimit(int resource, MemorySegment limit) {
    return GETRLIMIT.call(resource, SharedCall.address(limit));
  }

  private static long sysconf(int name) {
    return SYSCONF.call(name);
  }
}
