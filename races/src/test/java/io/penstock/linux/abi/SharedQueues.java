package io.penstock.linux.abi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Constructor;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The queues of a ring in a file instead of the kernel's memory, and the kernel's side of them: the
 * same pages, mapped a second time, as the kernel sees them. The other thread of a race plays the
 * kernel.
 *
 * <p>The file has the queues where io_uring has them: the submission queue at 0, the completion
 * queue at 0x8000000, the entries at 0x10000000. In each queue the head is at 0, the tail at 64;
 * flags at 128 and the array of indexes at 192 in the one, completions at 128 in the other.
 */
public final class SharedQueues {
  /** Entries of the submission queue. */
  public static final int SUBMISSIONS = 4;

  /** Entries of the completion queue. */
  public static final int COMPLETIONS = 4;

  private static final long COMPLETION_QUEUE = 0x8000000L;
  private static final long ENTRIES = 0x10000000L;
  private static final int PAGE = 4096;
  private static final int TAIL = 64;
  private static final int FLAGS = 128;
  private static final int ARRAY = 192;
  private static final int CQES = 128;
  private static final int CQE_BYTES = 16;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final RingMemory memory;
  private final MemorySegment sq;
  private final MemorySegment cq;
  private final MemorySegment entries;

  /** Empty queues, which stay until the virtual machine ends. */
  public SharedQueues() {
    try {
      Path file = Files.createTempFile("penstock-ring", null);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        sq = map(channel, 0);
        cq = map(channel, COMPLETION_QUEUE);
        entries = map(channel, ENTRIES);
        memory = open(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException | ReflectiveOperationException failure) {
      throw new IllegalStateException("no queues of a ring in a file", failure);
    }
  }

  private static MemorySegment map(FileChannel channel, long offset) throws IOException {
    return channel.map(MapMode.READ_WRITE, offset, PAGE, Arena.global());
  }

  private static RingMemory open(Path file) throws IOException, ReflectiveOperationException {
    RingParams params = new RingParams(Arena.global());
    set(params, 0, SUBMISSIONS);
    set(params, 4, COMPLETIONS);
    set(params, 40 + 4, TAIL);
    set(params, 40 + 16, FLAGS);
    set(params, 40 + 24, ARRAY);
    set(params, 80 + 4, TAIL);
    set(params, 80 + 20, CQES);
    Constructor<RingMemory> constructor =
        RingMemory.class.getDeclaredConstructor(int.class, RingLayout.class, int.class);
    constructor.setAccessible(true);
    int kernelThread = RingParams.SETUP_SQPOLL | RingParams.SETUP_TASKRUN_FLAG;
    try {
      RingLayout layout = RingLayout.of(params, kernelThread);
      return constructor.newInstance(descriptor(file), layout, kernelThread);
    } catch (ReflectiveOperationException | RingFailure refused) {
      throw new IOException("no ring over " + file, refused);
    }
  }

  private static void set(RingParams params, long offset, int value) {
    params.struct().set(ValueLayout.JAVA_INT, offset, value);
  }

  private static int descriptor(Path file) {
    long fd = NameCalls.open(file, OpenFlags.O_RDWR, 0);
    if (fd < 0) {
      throw new IllegalStateException("open " + file + ": errno " + -fd);
    }
    return (int) fd;
  }

  /** The ring's side. */
  public RingMemory memory() {
    return memory;
  }

  // --- the kernel's side ---

  /** Entries that the ring has handed over so far. */
  public int submissionTail() {
    return (int) INT.getAcquire(sq, (long) TAIL);
  }

  /** Takes entries: so many in all. */
  public void submissionHead(int head) {
    INT.setRelease(sq, 0L, head);
  }

  /** Whether every part of an entry is that of the operation with this number. */
  public boolean isEntry(int cursor, long number) {
    long at = (long) (cursor & (SUBMISSIONS - 1)) * RingEntry.BYTES;
    return entries.get(ValueLayout.JAVA_LONG, at + 8) == number
        && entries.get(ValueLayout.JAVA_LONG, at + 16) == number
        && entries.get(ValueLayout.JAVA_LONG, at + 32) == number;
  }

  /** Completions that the ring has given back so far. */
  public int completionHead() {
    return (int) INT.getAcquire(cq, 0L);
  }

  /** Delivers a completion, the one after so many. */
  public void complete(int cursor, long userData, int result) {
    long at = CQES + (long) (cursor & (COMPLETIONS - 1)) * CQE_BYTES;
    cq.set(ValueLayout.JAVA_LONG, at, userData);
    cq.set(ValueLayout.JAVA_INT, at + 8, result);
    cq.set(ValueLayout.JAVA_INT, at + 12, 0);
    INT.setRelease(cq, (long) TAIL, cursor + 1);
  }
}
