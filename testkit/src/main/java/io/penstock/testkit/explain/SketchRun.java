package io.penstock.testkit.explain;

import io.penstock.core.error.Errno;
import io.penstock.core.map.MappingKind;
import org.jspecify.annotations.Nullable;

/**
 * A run of file blocks of a layout sketch.
 *
 * @param kind what it is; {@link MappingKind#NEW} is a hole until it is allocated
 * @param firstBlock from the start of the file
 * @param blocks how many
 * @param deviceOffset bytes from the start of the device; of no meaning for a hole
 * @param failure with which the mapper fails here, or null
 * @param marks what is special about the answer
 */
record SketchRun(
    MappingKind kind,
    long firstBlock,
    long blocks,
    long deviceOffset,
    @Nullable Errno failure,
    Marks marks) {

  /**
   * Marks of a run.
   *
   * @param boundary the next mapping needs metadata I/O near here
   * @param defer complete on the executor
   * @param dirty the metadata is not durable yet
   * @param over a mistake: answers are longer than asked for
   * @param eager a mistake: new blocks are allocated in answer to a look-up
   */
  record Marks(boolean boundary, boolean defer, boolean dirty, boolean over, boolean eager) {
    static final Marks NONE = new Marks(false, false, false, false, false);
  }

  /** First block behind it. */
  long end() {
    return firstBlock + blocks;
  }
}
