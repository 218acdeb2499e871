package io.penstock.testkit.explain;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import java.util.List;

/** Answers as a layout sketch says, one run at a time, the same each time. Thread-safe. */
final class SketchMapper implements BlockMapper {
  private final List<SketchRun> runs;
  private final BlockDevice device;
  private final int blockSize;
  private final LayoutTraits traits;

  SketchMapper(List<SketchRun> runs, BlockDevice device, int blockSize, LayoutTraits traits) {
    this.runs = runs;
    this.device = device;
    this.blockSize = blockSize;
    this.traits = traits;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws BlockIoException {
    for (SketchRun run : runs) {
      if (query.firstBlock() >= run.firstBlock() && query.firstBlock() < run.end()) {
        answer(run, query, mapping);
        return;
      }
    }
    mapping.hole(query.blocks());
  }

  private void answer(SketchRun run, MapQuery query, Mapping mapping) throws BlockIoException {
    if (run.failure() != null) {
      throw new BlockIoException(
          run.failure(),
          "map",
          name(),
          query.firstBlock() * blockSize,
          query.blocks() * blockSize,
          "the sketch says so");
    }
    long skipped = query.firstBlock() - run.firstBlock();
    long left = run.blocks() - skipped;
    long blocks =
        run.marks().over() ? Math.max(left, query.blocks() + 1) : Math.min(left, query.blocks());
    long offset = run.deviceOffset() + skipped * blockSize;
    boolean allocates = query.intent() == MapIntent.ALLOCATE || run.marks().eager();
    MappingKind kind = run.kind();
    if (kind == MappingKind.NEW && !allocates) {
      kind = MappingKind.HOLE;
    } else if (kind == MappingKind.NEW && query.isNoWait()) {
      kind = MappingKind.WOULD_BLOCK;
    }
    switch (kind) {
      case HOLE -> mapping.hole(blocks);
      case MAPPED -> mapping.mapped(device, offset, blocks);
      case NEW -> mapping.allocated(device, offset, blocks);
      case UNWRITTEN -> mapping.unwritten(device, offset, blocks);
      case WOULD_BLOCK -> mapping.wouldBlock();
    }
    mark(run, blocks == left, mapping);
  }

  private static void mark(SketchRun run, boolean whole, Mapping mapping) {
    if (run.marks().boundary() && whole) {
      mapping.boundary();
    }
    if (run.marks().defer()) {
      mapping.defer();
    }
    if (run.marks().dirty()) {
      mapping.dirty();
    }
  }

  @Override
  public LayoutTraits traits() {
    return traits;
  }

  @Override
  public String name() {
    return "sketch";
  }
}
