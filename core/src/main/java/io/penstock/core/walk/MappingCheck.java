package io.penstock.core.walk;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mapper's answer can be true (MAP-2): a wrong one must never cause a transfer outside
 * the request.
 */
final class MappingCheck {
  private MappingCheck() {}

  /**
   * Checks one answer.
   *
   * @param unit {@code U}, bytes
   * @throws IOException EINVAL or EIO naming the mapper and the value
   */
  static void check(BlockFile file, MapQuery query, Mapping mapping, int unit) throws IOException {
    String problem = problem(file, query, mapping, unit);
    if (problem != null) {
      throw new BlockIoException(
          Errno.EIO,
          "map",
          file.mapper().name(),
          query.firstBlock() << file.blockShift(),
          query.blocks() << file.blockShift(),
          "the mapper of "
              + file.name()
              + " answered "
              + mapping
              + " to "
              + query
              + ": "
              + problem);
    }
  }

  private static @Nullable String problem(
      BlockFile file, MapQuery query, Mapping mapping, int unit) {
    MappingKind kind = mapping.kind();
    if (kind == MappingKind.WOULD_BLOCK) {
      return query.isNoWait()
          ? null
          : "it may only answer would-block, or nothing, to a no-wait query";
    }
    if (mapping.blocks() < 1) {
      return "the run must cover the first block asked for";
    }
    if (mapping.blocks() > query.blocks()) {
      return "the run covers more blocks than asked for";
    }
    if (kind == MappingKind.HOLE) {
      return null;
    }
    if (kind == MappingKind.NEW && query.intent() == MapIntent.LOOK_UP) {
      return "blocks were allocated in answer to a look-up";
    }
    if (kind != MappingKind.MAPPED && file.traits().laidOutByDevice()) {
      return "a layout that leaves it to the device to lay the file out has mapped blocks and holes"
          + " only";
    }
    return placeProblem(file, mapping, unit);
  }

  private static @Nullable String placeProblem(BlockFile file, Mapping mapping, int unit) {
    BlockDevice device = mapping.device();
    if (device == null) {
      return "the run has no device";
    }
    int logicalBlock = device.limits().logicalBlock();
    long offset = mapping.deviceOffset();
    if (offset < 0 || (offset & (logicalBlock - 1)) != 0) {
      return "the device offset must be a multiple of the "
          + logicalBlock
          + "-byte logical block and not negative";
    }
    if (logicalBlock > unit) {
      return "the device's "
          + logicalBlock
          + "-byte logical block is larger than the request's unit of "
          + unit
          + " bytes";
    }
    long size = device.size();
    if (offset > size || mapping.blocks() > size - offset >> file.blockShift()) {
      return "the run ends past the end of the device, " + size + " bytes";
    }
    return null;
  }
}
