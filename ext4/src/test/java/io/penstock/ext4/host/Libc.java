package io.penstock.ext4.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls of the C library on paths of any bytes, which the JDK's paths cannot name. For one thread.
 */
@SuppressWarnings("restricted") // the place that calls native functions
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int STATX_ALL = 0xFFF;
  private static final int NAME_IN_DIRENT = 19;
  private static final Map<String, MethodHandle> HANDLES = new HashMap<>();

  private Libc() {}

  /** A call failed. */
  public static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    Failure(String call, byte[] path, int errno) {
      super(call + " " + new String(path) + ": errno " + errno);
      this.errno = errno;
    }

    public int errno() {
      return errno;
    }
  }

  private static long call(String name, byte[] path, Object... arguments) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      Object[] all = new Object[arguments.length + 1];
      all[0] = state;
      MemoryLayout[] layouts = new MemoryLayout[arguments.length];
      for (int i = 0; i < arguments.length; i++) {
        Object each = arguments[i];
        if (each instanceof byte[] bytes) {
          each = text(arena, bytes);
        }
        all[i + 1] = each;
        layouts[i] =
            switch (each) {
              case MemorySegment _ -> ValueLayout.ADDRESS;
              case Integer _ -> ValueLayout.JAVA_INT;
              default -> ValueLayout.JAVA_LONG;
            };
      }
      MethodHandle handle =
          HANDLES.computeIfAbsent(
              name,
              _ ->
                  LINKER.downcallHandle(
                      LINKER.defaultLookup().find(name).orElseThrow(),
                      FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts),
                      Linker.Option.captureCallState("errno")));
      long register = (long) handle.invokeWithArguments(all);
      long result = INTS.contains(name) ? (int) register : register;
      if (result == -1) {
        throw new Failure(name, path, (int) ERRNO.get(state, 0L));
      }
      return result;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Those that return an int: the upper half of the register says nothing. */
  private static final List<String> INTS =
      List.of(
          "statx",
          "open",
          "close",
          "rename",
          "lsetxattr",
          "mknod",
          "fallocate",
          "ftruncate",
          "unlink",
          "lchown",
          "utimensat");

  private static MemorySegment text(Arena arena, byte[] bytes) {
    MemorySegment text = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, text, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return text;
  }

  /** What statx(2) says, symbolic links not followed: 256 bytes. */
  public static HostStat stat(byte[] path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256, 8);
      call("statx", path, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_ALL, buffer);
      return HostStat.of(buffer);
    }
  }

  /** Names in a directory, without the dots. */
  public static List<byte[]> list(byte[] path) throws IOException {
    List<byte[]> names = new ArrayList<>();
    long directory = call("opendir", path, path);
    if (directory == 0) {
      throw new IOException("opendir " + new String(path));
    }
    while (true) {
      long entry = call("readdir", path, directory);
      if (entry == 0) {
        break;
      }
      MemorySegment name = MemorySegment.ofAddress(entry + NAME_IN_DIRENT).reinterpret(256);
      int length = 0;
      while (name.get(ValueLayout.JAVA_BYTE, length) != 0) {
        length++;
      }
      byte[] bytes = name.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      if (!Arrays.equals(bytes, new byte[] {'.'}) && !Arrays.equals(bytes, new byte[] {'.', '.'})) {
        names.add(bytes);
      }
    }
    call("closedir", path, directory);
    return names;
  }

  /** Where a symbolic link leads. */
  public static byte[] readLink(byte[] path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(70000);
      long length = call("readlink", path, path, buffer, 70000L);
      return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Names of extended attributes. */
  public static List<String> attributeNames(byte[] path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(65536);
      long length = call("llistxattr", path, path, buffer, 65536L);
      String all = new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
      return length == 0 ? List.of() : List.of(all.split("\0"));
    }
  }

  /** The value of an extended attribute. */
  public static byte[] attribute(byte[] path, String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(65536);
      long length = call("lgetxattr", path, path, name.getBytes(), buffer, 65536L);
      return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Sets an extended attribute. */
  public static void setAttribute(byte[] path, String name, byte[] value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(value.length + 1L);
      MemorySegment.copy(value, 0, buffer, ValueLayout.JAVA_BYTE, 0, value.length);
      call("lsetxattr", path, path, name.getBytes(), buffer, (long) value.length, 0);
    }
  }

  /** Gives a file another name. */
  public static void rename(byte[] from, byte[] to) throws IOException {
    call("rename", from, from, to);
  }

  /** Removes a name. */
  public static void unlink(byte[] path) throws IOException {
    call("unlink", path, path);
  }

  /** Makes a device node, a socket or a FIFO. */
  public static void makeNode(byte[] path, int mode, long device) throws IOException {
    call("mknod", path, path, mode, device);
  }

  /** Changes the owner, of a symbolic link too. */
  public static void changeOwner(byte[] path, int uid, int gid) throws IOException {
    call("lchown", path, path, uid, gid);
  }

  /** Sets the times of last access and modification, seconds and nanoseconds. */
  public static void setTimes(byte[] path, long seconds, long nanos) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(32, 8);
      for (int i = 0; i < 32; i += 16) {
        times.set(ValueLayout.JAVA_LONG, i, seconds);
        times.set(ValueLayout.JAVA_LONG, i + 8, nanos);
      }
      call("utimensat", path, AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
    }
  }

  /** Opens a file; flags as in open(2). */
  public static int open(byte[] path, int flags) throws IOException {
    return (int) call("open", path, path, flags, 0644);
  }

  public static void close(int file) throws IOException {
    call("close", new byte[0], file);
  }

  /** Reads; bytes read. */
  public static long read(int file, MemorySegment target, long position) throws IOException {
    return call("pread", new byte[0], file, target, target.byteSize(), position);
  }

  /** Sets space aside: mode 0 extends the file, 1 keeps its size, 3 punches a hole. */
  public static void allocate(int file, int mode, long from, long length) throws IOException {
    call("fallocate", new byte[0], file, mode, from, length);
  }
}
