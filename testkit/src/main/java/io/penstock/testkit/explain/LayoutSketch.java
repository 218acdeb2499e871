package io.penstock.testkit.explain;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.NullDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MappingKind;
import java.util.List;

/**
 * A made-up layout in one line, to see what requests to it become, and to write tests with:
 *
 * <pre>
 * 4k: map 100..103 new, hole 4, map 7 boundary, unwritten 8..15
 * </pre>
 *
 * <p>File blocks of 4096 bytes. The first four are on the device blocks 100 to 103 once a write has
 * them allocated, and a hole before; then comes a hole of four blocks, which no write fills; then
 * one block that holds data, and after which metadata I/O is due; then eight that are set aside and
 * read as zeros. All that follows is a hole.
 *
 * <pre>
 * sketch   = [ header ":" ] [ run { "," run } ]
 * header   = [ block ] [ "/" unit ] { setting }      F of the file, L of the device
 * setting  = "size" n        bytes of the file; else to the end of the last run that is not new
 *          | "device" n      bytes of the device
 *          | "bytes" n       most bytes of a bio
 *          | "pieces" n      most pieces of a bio
 *          | "piece" n       most bytes of a piece
 *          | "align" n       what addresses must be multiples of
 *          | "fua"           the device has forced unit access
 *          | "nofill"        the layout does not fill holes inside the file
 *          | "max" n         bytes of the largest file
 * run      = "map" place { mark }             blocks that hold data; with "new", once allocated
 *          | "unwritten" place { mark }       blocks set aside that read as zeros
 *          | "hole" count { mark }
 *          | "fail" [ errno ] [ count ]       the mapper fails here; EIO and one block if not said
 * place    = n [ ".." n ] [ "+" n ]           device blocks, the last included; bytes it is off by
 * mark     = "new" | "boundary" | "defer" | "dirty"
 *          | "over"          a mistake: the answer is longer than asked for
 *          | "eager"         a mistake: allocates when asked to look up
 * n, block, unit             a number, with k, m, g or t for 2^10, 2^20, 2^30, 2^40
 * </pre>
 *
 * <p>Immutable and without memory: a run that is new stays new.
 */
public final class LayoutSketch {
  /** The grammar, for help texts. */
  public static final String GRAMMAR =
      """
      sketch   = [ header ":" ] [ run { "," run } ]
      header   = [ block ] [ "/" unit ] { setting }      F of the file, L of the device
      setting  = "size" n        bytes of the file; else to the end of the last run that is not new
               | "device" n      bytes of the device
               | "bytes" n       most bytes of a bio
               | "pieces" n      most pieces of a bio
               | "piece" n       most bytes of a piece
               | "align" n       what addresses must be multiples of
               | "fua"           the device has forced unit access
               | "nofill"        the layout does not fill holes inside the file
               | "max" n         bytes of the largest file
      run      = "map" place { mark }             blocks that hold data; with "new", once allocated
               | "unwritten" place { mark }       blocks set aside that read as zeros
               | "hole" count { mark }
               | "fail" [ errno ] [ count ]       the mapper fails here; EIO and one block if not said
      place    = n [ ".." n ] [ "+" n ]           device blocks, the last included; bytes it is off by
      mark     = "new" | "boundary" | "defer" | "dirty"
               | "over"          a mistake: the answer is longer than asked for
               | "eager"         a mistake: allocates when asked to look up
      n, block, unit             a number, with k, m, g or t for 2^10, 2^20, 2^30, 2^40
      """;

  /** {@code F} where the sketch does not say, bytes. */
  public static final int BLOCK_SIZE = 4096;

  /** {@code L} where the sketch does not say, bytes. */
  public static final int UNIT = 512;

  static final long NOT_SAID = -1;
  static final long LARGEST_DEVICE = 1L << 60;

  private final List<SketchRun> runs;
  private final int blockSize;
  private final long size;
  private final long deviceSize;
  private final QueueLimits limits;
  private final LayoutTraits traits;

  LayoutSketch(
      List<SketchRun> runs,
      int blockSize,
      long size,
      long deviceSize,
      QueueLimits limits,
      LayoutTraits traits) {
    this.runs = List.copyOf(runs);
    this.blockSize = blockSize;
    this.size = size == NOT_SAID ? endOfOld(runs) * blockSize : size;
    this.deviceSize = deviceSize;
    this.limits = limits;
    this.traits = traits;
  }

  private static long endOfOld(List<SketchRun> runs) {
    long end = 0;
    for (SketchRun run : runs) {
      end = run.kind() == MappingKind.NEW ? end : run.end();
    }
    return end;
  }

  /**
   * Reads a sketch.
   *
   * @throws SketchSyntaxException when it cannot be understood, with the column and what was
   *     expected there
   */
  public static LayoutSketch parse(String sketch) {
    return parse(sketch, BLOCK_SIZE, UNIT);
  }

  /**
   * Reads a sketch.
   *
   * @param blockSize {@code F}, bytes, where the sketch does not say
   * @param unit {@code L}, bytes, where the sketch does not say
   * @throws SketchSyntaxException as {@link #parse(String)}
   */
  public static LayoutSketch parse(String sketch, int blockSize, int unit) {
    return new SketchParser(sketch, blockSize, unit).parse();
  }

  /** {@code F}, bytes. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes of the file. */
  public long size() {
    return size;
  }

  /** Limits of the device. */
  public QueueLimits limits() {
    return limits;
  }

  /** A device that fits, and does nothing. */
  public BlockDevice device() {
    return new SketchDevice(new NullDevice(deviceSize, limits));
  }

  /** The layout's mapper, for a device with these {@link #limits()} or wider ones. */
  public BlockMapper mapper(BlockDevice device) {
    return new SketchMapper(runs, device, blockSize, traits);
  }

  /** The file on a device. */
  public BlockFile file(BlockDevice device) {
    return BlockFile.builder(device, mapper(device))
        .name("sketch")
        .blockSize(blockSize)
        .size(size)
        .build();
  }
}
