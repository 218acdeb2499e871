package io.penstock.cli.ext4;

import io.penstock.cli.copy.CopyProgress;
import io.penstock.core.memory.IoArena;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A copy of a tree: the memory its data goes through, how far it has come, and what it has come to.
 * Not thread-safe.
 */
final class TreeCopy implements AutoCloseable {
  /** Most bytes that are copied at once. */
  static final int CHUNK = 4 << 20;

  private static final int ALIGNMENT = 4096;

  private final CopyProgress progress;
  private final Consumer<String> notes;
  private final IoArena arena = IoArena.ofShared();
  private final MemorySegment memory = arena.allocate(CHUNK, ALIGNMENT);
  private long names;
  private long bytes;
  private long passed;
  private long leftOut;

  TreeCopy(CopyProgress progress, Consumer<String> notes) {
    this.progress = progress;
    this.notes = notes;
  }

  /** The first bytes of the memory. */
  MemorySegment memory(long count) {
    return memory.asSlice(0, count);
  }

  /** A name is being copied. */
  void name() {
    names++;
  }

  /** A name is not copied. */
  void leaveOut(Path name, String why) {
    leftOut++;
    notes.accept(name + " is left out: " + why);
  }

  /** So many bytes of data were copied of the file under way, up to a position in it. */
  void moved(long count, long position) {
    bytes += count;
    reached(position);
  }

  /** The file under way is done up to a position. */
  void reached(long position) {
    progress.reached(passed + position);
  }

  /** A file of that size is done. */
  void pass(long size) {
    passed += size;
    reached(0);
  }

  /** Says what it has come to; the exit status. */
  int report(PrintWriter out) {
    out.printf(Locale.ROOT, "%d names, %d bytes of data, %d left out%n", names, bytes, leftOut);
    return leftOut == 0 ? 0 : 1;
  }

  @Override
  public void close() {
    arena.close();
  }
}
