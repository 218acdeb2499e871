package io.penstock.testkit.oracle;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.testkit.Dice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A layout that does what {@link BlockMapper} demands, and answers as awkwardly as that allows. New
 * blocks are unwritten to everybody but the request they were allocated for, until its end-of-I/O
 * hook (MAP-11).
 */
final class ModelLayout implements BlockMapper, EndOfIoHook {
  /** Answers that no layout may give (MAP-2). */
  enum Lie {
    MORE_THAN_ASKED,
    NO_BLOCKS,
    MISALIGNED,
    OUTSIDE_DEVICE,
    ALLOCATED_ON_LOOK_UP
  }

  /** The run: told of everything, and sometimes in the way. */
  interface Host {
    /** A question; may throw what the mapper is to throw. Returns how to lie, or null. */
    @Nullable Lie asked(MapQuery query) throws IOException;

    void answered(MapQuery query, Mapping answer);

    void truncated(long newSize) throws IOException;
  }

  /** The run again: told of ends. */
  interface EndHost {
    /** A request has ended; may throw what the hook is to throw, before anything was done. */
    void ended(EndOfIo end) throws IOException;

    /**
     * What the layout may do with a block that the request which just ended could not initialise.
     */
    boolean mayFree(long block);
  }

  private final RunShape shape;
  private final BlockTable table;
  private final Host host;
  private final EndHost endHost;
  private final Dice dice;
  private int cookies;

  ModelLayout(RunShape shape, BlockTable table, Dice dice, Host host, EndHost endHost) {
    this.shape = shape;
    this.table = table;
    this.dice = dice;
    this.host = host;
    this.endHost = endHost;
  }

  @Override
  public LayoutTraits traits() {
    return shape.traits();
  }

  @Override
  public String name() {
    return "model layout";
  }

  @Override
  public synchronized void map(MapQuery query, Mapping mapping) throws IOException {
    Lie lie = host.asked(query);
    if (lie != null) {
      lie(lie, query, mapping);
    } else {
      answer(query, mapping);
    }
    host.answered(query, mapping);
  }

  private void answer(MapQuery query, Mapping mapping) throws IOException {
    long first = query.firstBlock();
    int run = first >= table.blocks() ? 1 : table.run(first, query.blocks());
    if (dice.percent(shape.shortAnswers())) {
      run = dice.between(1, run);
    }
    switch (table.kind(first)) {
      case HOLE -> {
        if (query.intent() == MapIntent.ALLOCATE
            && first < table.blocks()
            && !dice.percent(shape.refusesHoles())) {
          allocate(query, mapping, run);
        } else {
          mapping.hole(run);
        }
      }
      case MAPPED -> mapping.mapped(table.device(first), table.deviceOffset(first), run);
      case UNWRITTEN -> mapping.unwritten(table.device(first), table.deviceOffset(first), run);
      case NEW, WOULD_BLOCK -> throw new AssertionError(table.kind(first));
    }
    if (mapping.kind() == MappingKind.WOULD_BLOCK) {
      return;
    }
    if (dice.percent(shape.marks())) {
      mapping.boundary();
    }
    if (mapping.kind() == MappingKind.MAPPED
        && (table.isDirty(first, run) || dice.percent(shape.needlesslyDirty()))) {
      mapping.dirty();
    }
    if (dice.percent(shape.defers())) {
      mapping.defer();
    }
    if (dice.percent(50)) {
      mapping.cookie("cookie " + cookies++);
    }
  }

  private void allocate(MapQuery query, Mapping mapping, int most) throws IOException {
    if (query.isNoWait()) {
      mapping.wouldBlock();
      return;
    }
    long first = query.firstBlock();
    int length = table.allocate(dice, first, most, MappingKind.UNWRITTEN);
    if (length == 0) {
      throw new BlockIoException(Errno.ENOSPC, "allocate", name(), "the devices are full");
    }
    BlockDevice device = table.device(first);
    if (dice.percent(shape.allocatesNew())) {
      mapping.allocated(device, table.deviceOffset(first), length);
    } else {
      mapping.unwritten(device, table.deviceOffset(first), length);
    }
  }

  private void lie(Lie lie, MapQuery query, Mapping mapping) {
    BlockDevice device = table.device(0);
    switch (lie) {
      case MORE_THAN_ASKED -> mapping.mapped(device, 0, query.blocks() + 1);
      case NO_BLOCKS -> mapping.mapped(device, 0, dice.pickInt(0, -1));
      case MISALIGNED -> mapping.mapped(device, dice.pickInt(1, 256, 511), 1);
      case OUTSIDE_DEVICE ->
          mapping.mapped(device, dice.oneIn(2) ? device.size() : -(long) shape.blockBytes(), 1);
      case ALLOCATED_ON_LOOK_UP -> mapping.allocated(device, 0, 1);
    }
  }

  @Override
  public synchronized void endOfIo(EndOfIo end) throws IOException {
    endHost.ended(end);
    int block = shape.blockBytes();
    if (end.isWrite() && end.error() == null && end.bytes() > 0) {
      long last = (end.position() + end.bytes() - 1) / block;
      for (long each = end.position() / block; each <= last; each++) {
        if (table.kind(each) == MappingKind.UNWRITTEN) {
          table.become(each, MappingKind.MAPPED);
        }
      }
      if (shape.traits().publishesSize()) {
        end.file().extendTo(end.position() + end.bytes());
      }
    }
    for (int i = 0; i < end.uninitialisedRanges(); i++) {
      for (long each = end.uninitialisedStart(i) / block;
          each < end.uninitialisedEnd(i) / block;
          each++) {
        if (table.kind(each) == MappingKind.UNWRITTEN && endHost.mayFree(each)) {
          table.free(each);
        }
      }
    }
  }

  @Override
  public synchronized void truncate(long newSize) throws IOException {
    host.truncated(newSize);
    int block = shape.blockBytes();
    for (long each = (newSize + block - 1) / block; each < table.blocks(); each++) {
      table.free(each);
    }
  }
}
