package io.penstock.testkit.crash;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.SyncHook;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.testkit.layout.TinyVolume;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * One thing that is wrong between the engine, a {@link TinyVolume} and its disk, and that a sweep
 * must find: what the sweep is worth.
 *
 * @param name what is wrong
 * @param front a device before the one that is recorded
 * @param file how the volume's file is described, on which device
 */
record Sabotage(
    String name,
    UnaryOperator<BlockDevice> front,
    BiFunction<TinyVolume, BlockDevice, BlockFile.Builder> file) {

  /** The table is durable before the data it points to. */
  static final Sabotage TABLE_BEFORE_DATA =
      new Sabotage(
          "table before data",
          TableFirst::new,
          (volume, device) ->
              volume
                  .describe(volume)
                  .sync(device instanceof TableFirst first ? first.around(volume) : volume));

  /** A data-sync write leaves out the table, and with it the size. */
  static final Sabotage TABLE_NOT_STORED =
      new Sabotage(
          "table not stored",
          UnaryOperator.identity(),
          (volume, device) -> volume.describe(volume).sync(SyncHook.FLUSH_DEVICES));

  /** The zeros around data in new blocks are not written. */
  static final Sabotage ZEROS_LEFT_OUT =
      new Sabotage("zeros left out", PoisonedZeros::new, Sabotage::asItIs);

  /** The layout says of a new block that it holds data already, so that nothing is zeroed. */
  static final Sabotage NEW_AS_MAPPED =
      new Sabotage(
          "new blocks reported as mapped",
          UnaryOperator.identity(),
          (volume, device) -> volume.describe(newAsMapped(volume)));

  /** The layout does not say that its table does not have a block yet. */
  static final Sabotage NEVER_DIRTY =
      new Sabotage(
          "dirty mark left out",
          UnaryOperator.identity(),
          (volume, device) -> volume.describe(neverDirty(volume)));

  /** A forced write is not. */
  static final Sabotage FORCE_IGNORED =
      new Sabotage("forced access ignored", IgnoredForce::new, Sabotage::asItIs);

  private static BlockFile.Builder asItIs(TinyVolume volume, BlockDevice device) {
    return volume.describe(volume);
  }

  private static BlockMapper newAsMapped(BlockMapper mapper) {
    return (query, mapping) -> {
      mapper.map(query, mapping);
      if (mapping.kind() == MappingKind.NEW) {
        sayMapped(mapping);
        mapping.dirty();
      }
    };
  }

  private static BlockMapper neverDirty(BlockMapper mapper) {
    return (query, mapping) -> {
      mapper.map(query, mapping);
      if (mapping.kind() == MappingKind.MAPPED) {
        sayMapped(mapping);
      }
    };
  }

  private static void sayMapped(Mapping mapping) {
    BlockDevice device = mapping.device();
    long offset = mapping.deviceOffset();
    long blocks = mapping.blocks();
    if (device != null) {
      mapping.clear().mapped(device, offset, blocks);
    }
  }
}
