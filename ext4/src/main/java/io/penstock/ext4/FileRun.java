package io.penstock.ext4;

import io.penstock.core.map.MappingKind;

/**
 * A run of blocks of a file that lie in a row on the volume.
 *
 * @param fileBlock the first, from the start of the file
 * @param blocks how many
 * @param kind data ({@link MappingKind#MAPPED}), set aside ({@link MappingKind#UNWRITTEN}) or a
 *     hole
 * @param block the first, from the start of the volume; -1 in a hole, or where the data is not in
 *     blocks of the volume
 */
public record FileRun(long fileBlock, long blocks, MappingKind kind, long block) {
  boolean goesOnWith(FileRun next) {
    return kind == next.kind && block == (next.block < 0 ? -1 : next.block - blocks);
  }

  FileRun with(FileRun next) {
    return new FileRun(fileBlock, blocks + next.blocks, kind, block);
  }
}
