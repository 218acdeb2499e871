package io.penstock.testkit.oracle;

import io.penstock.core.DirectIo;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MappingKind;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The layout of a run as it is at the start and as it changes between requests, and the model with
 * it.
 */
final class Terrain {
  private final long seed;
  private final Course course;
  private final RunShape shape;
  private final FileModel model;
  private final BlockTable table;
  private final BlockFile file;
  private final Verification verification;
  private final Dice dice;

  Terrain(long seed, Dice dice, Course course, FileModel model, Verification verification) {
    this.seed = seed;
    this.dice = dice;
    this.course = course;
    this.model = model;
    this.verification = verification;
    shape = course.shape;
    table = course.table();
    file = course.file();
  }

  /** Fills the table, the model and the devices. */
  void layOut() {
    Dice layoutDice = Dice.of(seed, 5);
    int initial = model.newWriter();
    long size = shape.initialSize();
    int block = shape.blockBytes();
    for (int first = 0; first < shape.blocks(); ) {
      int length =
          Math.min(
              shape.blocks() - first, layoutDice.between(1, layoutDice.pickInt(2, 6, 30, 200)));
      boolean inside = (long) first * block < size;
      if (inside) {
        length = (int) Math.min(length, (size + block - 1) / block - first);
      }
      MappingKind kind =
          shape.isRaw() || (inside && layoutDice.percent(55))
              ? MappingKind.MAPPED
              : layoutDice.percent(inside ? 50 : 20) ? MappingKind.UNWRITTEN : MappingKind.HOLE;
      if (kind != MappingKind.HOLE) {
        length = place(layoutDice, first, length, kind);
      }
      if (kind == MappingKind.MAPPED) {
        model.set((long) first * block, (long) (first + length) * block, initial);
      }
      first += Math.max(1, length);
    }
    model.succeeded(initial);
    cutModel(size, layoutDice.oneIn(2));
    writeModelToDevices();
  }

  private int place(Dice layoutDice, int first, int length, MappingKind kind) {
    if (!shape.isRaw()) {
      return table.allocate(layoutDice, first, length, kind);
    }
    for (int i = 0; i < length; i++) {
      table.put(first + i, 0, first + i, kind);
    }
    return length;
  }

  /**
   * The file ends at {@code size}: nothing beyond, but perhaps old bytes in the rest of its last
   * block.
   */
  private void cutModel(long size, boolean stale) {
    int sector = shape.sectorBytes();
    long beyond = (size + sector - 1) / sector * sector;
    long blockEnd =
        Math.min(
            shape.capacity(),
            (size + shape.blockBytes() - 1) / shape.blockBytes() * shape.blockBytes());
    model.cut(size);
    boolean mapped =
        blockEnd > beyond && table.kind(size / shape.blockBytes()) == MappingKind.MAPPED;
    model.set(beyond, blockEnd, stale && mapped ? Pattern.POISON : 0);
    model.set(Math.max(beyond, blockEnd), shape.capacity(), 0);
  }

  private void writeModelToDevices() {
    int sector = shape.sectorBytes();
    for (int i = 0; i < shape.capacity() / sector; i++) {
      long offset = (long) i * sector;
      long block = offset / shape.blockBytes();
      if (table.kind(block) != MappingKind.MAPPED) {
        continue;
      }
      long candidate = model.candidates(i)[0];
      long at = table.deviceOffset(block) + offset % shape.blockBytes();
      if (FileModel.writer(candidate) != Pattern.POISON) {
        MemorySegment store = table.device(block).store();
        store.asSlice(at, sector).fill((byte) 0);
        Pattern.fill(store, at, FileModel.keep(candidate), FileModel.writer(candidate), offset);
      }
    }
  }

  /** Gives the file another size and looks at what is left of it. */
  void truncate() {
    long size = file.size();
    long most = shape.traits().maxFileSize();
    long newSize =
        switch (dice.below(6)) {
          case 0 -> 0;
          case 1 -> Math.min(most, size + dice.below(3L * shape.blockBytes()));
          case 2 -> Math.max(0, size - dice.below(2L * shape.blockBytes()));
          default -> dice.below(most + 1);
        };
    course.note("truncate from %d to %d", size, newSize);
    course.maintenance = true;
    int before = course.truncations;
    if (shape.traits().locking()) {
      file.lock().acquire();
    }
    try {
      DirectIo.truncate(file, newSize);
    } catch (IOException failure) {
      throw new Divergence(
          "truncate from " + size + " to " + newSize + " threw " + failure, failure);
    } finally {
      course.maintenance = false;
      if (shape.traits().locking()) {
        file.lock().release();
      }
    }
    course.throwDivergence();
    course.durableSize = Math.min(course.durableSize, newSize);
    if (file.size() != newSize
        || course.truncations > before + 1
        || (newSize < size && course.truncations != before + 1)) {
      throw course.diverged(
          "after truncate from "
              + size
              + " to "
              + newSize
              + " the size is "
              + file.size()
              + ", the layout was told "
              + (course.truncations - before)
              + " times");
    }
    int sector = shape.sectorBytes();
    model.cut(Math.min(size, newSize));
    long from = (Math.min(newSize, size) + sector - 1) / sector * sector;
    model.set(from, shape.capacity(), 0);
    String wrong =
        verification.wrongDevice(
            Math.min(size, newSize) / shape.blockBytes() * shape.blockBytes(), shape.capacity());
    if (wrong != null) {
      throw course.diverged(wrong + " after truncate from " + size + " to " + newSize);
    }
  }

  /**
   * The layout changes behind everybody's back, as layouts do: punches holes, allocates ahead,
   * leaves old bytes behind the end of file.
   */
  void reshuffle() {
    file.freeze();
    int block = shape.blockBytes();
    for (int times = dice.between(1, 4); times > 0; times--) {
      int first = dice.below(shape.blocks());
      int length = dice.between(1, Math.min(shape.blocks() - first, dice.pickInt(1, 4, 20)));
      int what = dice.below(3);
      course.note("reshuffle %d blocks %d+%d", what, first, length);
      for (int each = first; each < first + length; each++) {
        if (what == 0) {
          table.free(each);
          model.set((long) each * block, (long) (each + 1) * block, 0);
        } else if (what == 1 && table.kind(each) == MappingKind.MAPPED) {
          table.become(each, MappingKind.UNWRITTEN);
          model.set((long) each * block, (long) (each + 1) * block, 0);
        } else if (what == 2 && table.kind(each) == MappingKind.HOLE) {
          each +=
              Math.max(
                  0, table.allocate(dice, each, first + length - each, MappingKind.UNWRITTEN) - 1);
        }
      }
    }
    leaveStaleBytes();
    file.thaw();
  }

  /** Leaves bytes of others behind the end of file, in the last block, where they may be. */
  void leaveStaleBytes() {
    long size = file.size();
    int block = shape.blockBytes();
    long from = (size + shape.sectorBytes() - 1) / shape.sectorBytes() * shape.sectorBytes();
    long to = (size + block - 1) / block * block;
    if (from < to && table.kind(size / block) == MappingKind.MAPPED && dice.oneIn(2)) {
      long at = table.deviceOffset(size / block) + from % block;
      table.device(size / block).poison(at, to - from);
      model.set(from, to, Pattern.POISON);
    }
  }
}
