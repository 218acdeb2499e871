package io.penstock.testkit.soak;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.testkit.layout.SimpleLayout;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.simulation.FaultPlan;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Reads, writes, syncs, cancels and truncates one file on one simulated device, many requests at a
 * time, through faults and losses of power, and knows what each logical block may hold. For any
 * layout: give one, or put a device of your own between it and the simulated one.
 */
public final class SectorWorkload implements Workload {
  private static final List<String> ALWAYS =
      List.of("ADM-10", "ADM-12", "WALK-1", "MEM-4", "BIO-3", "BIO-9", "CMP-1", "CMP-2", "CMP-6");
  private static final List<String> ENDS = List.of("CMP-8", "CMP-11");
  private static final List<String> LAID_OUT = List.of("ADM-8", "WALK-3", "ZERO-1", "CMP-3");

  private final String name;
  private final boolean raw;
  private final Function<BlockDevice, BlockFile> layout;
  private final UnaryOperator<BlockDevice> between;

  private SectorWorkload(
      String name,
      boolean raw,
      Function<BlockDevice, BlockFile> layout,
      UnaryOperator<BlockDevice> between) {
    this.name = name;
    this.raw = raw;
    this.layout = layout;
    this.between = between;
  }

  /** The device itself, as one file. */
  public static SectorWorkload raw() {
    return new SectorWorkload("raw", true, SectorWorkload::rawFile, UnaryOperator.identity());
  }

  /** A file of a {@link SimpleLayout}, with blocks larger than those of its device. */
  public static SectorWorkload simple() {
    return of("simple", device -> SimpleLayout.create(device, SectorRun.FILE_BLOCK));
  }

  /**
   * A file of a layout.
   *
   * @param name one lower-case word
   * @param layout makes an empty file on a device that holds anything, with room for 128 KiB at
   *     least; its table lives in memory, and its end-of-I/O hook, if it has one, is the mapper
   */
  public static SectorWorkload of(String name, Function<BlockDevice, BlockFile> layout) {
    return new SectorWorkload(name, false, layout, UnaryOperator.identity());
  }

  /** The same workload with a device between its file and the simulated device. */
  public SectorWorkload behind(UnaryOperator<BlockDevice> device) {
    return new SectorWorkload(name, raw, layout, device);
  }

  private static BlockFile rawFile(BlockDevice device) {
    int block = device.limits().logicalBlock();
    BlockMapper mapper =
        new BlockMapper() {
          @Override
          public void map(MapQuery query, Mapping mapping) {
            mapping.mapped(device, query.firstBlock() * block, query.blocks());
          }

          @Override
          public LayoutTraits traits() {
            return LayoutTraits.DEFAULT.withEndsAtDeviceEnd(true);
          }
        };
    return BlockFile.builder(device, mapper).size(device.size()).build();
  }

  BlockDevice between(BlockDevice simulated) {
    return between.apply(simulated);
  }

  BlockFile create(BlockDevice device) {
    return layout.apply(device);
  }

  boolean isRaw() {
    return raw;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> rules() {
    return java.util.stream.Stream.of(ALWAYS, ENDS, raw ? List.<String>of() : LAID_OUT)
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public Optional<String> unreachable(FaultKind kind, String rule, Set<FaultKind> wanted) {
    return Reach.unreachable(kind, rule, wanted);
  }

  @Override
  public int operationsPerRun() {
    return 2000;
  }

  @Override
  public long run(SoakCase one, Coverage coverage) {
    FaultPlan faults = FaultPlan.of(one.seed(), one.faults());
    Referee referee = new Referee(one, faults, coverage);
    SectorRun run = new SectorRun(this, one, faults, referee);
    long trace = run.run();
    referee.end();
    return trace;
  }
}
