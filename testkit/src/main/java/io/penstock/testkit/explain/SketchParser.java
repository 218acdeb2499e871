package io.penstock.testkit.explain;

import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.Errno;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MappingKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a layout sketch; its grammar is at {@link LayoutSketch}. */
final class SketchParser {
  private static final int LARGEST_BLOCK = 1 << 30;
  private static final String SETTINGS =
      "a setting (size, device, bytes, pieces, piece, align, fua, nofill, max) or ':'";
  private static final String MARKS =
      "a mark (new, boundary, defer, dirty, over, eager), ',' or the end";

  private final SketchTokens tokens;
  private final List<SketchRun> runs = new ArrayList<>();
  private int blockSize;
  private int unit;
  private long size = LayoutSketch.NOT_SAID;
  private long deviceSize = LayoutSketch.LARGEST_DEVICE;
  private int maxPieces = 1024;
  private long maxPiece = 1L << 30;
  private long maxBytes = 1L << 30;
  private int alignment = 1;
  private boolean forcedUnitAccess;
  private LayoutTraits traits = LayoutTraits.DEFAULT;
  private long nextBlock;

  SketchParser(String sketch, int blockSize, int unit) {
    tokens = new SketchTokens(sketch);
    this.blockSize = blockSize;
    this.unit = unit;
  }

  LayoutSketch parse() {
    if (tokens.has(":")) {
      header();
    }
    if (!tokens.atEnd()) {
      do {
        run();
      } while (tokens.takeIf(","));
      if (!tokens.atEnd()) {
        throw tokens.wrong(MARKS);
      }
    }
    if (unit > blockSize) {
      throw new SketchSyntaxException(
          1,
          "a file block that is no smaller than the logical block of " + unit + " bytes",
          "one of " + blockSize);
    }
    QueueLimits limits =
        QueueLimits.of(unit)
            .withMemoryAlignment(alignment)
            .withMaximum(maxPieces, Math.max(unit, maxPiece), Math.max(unit, maxBytes))
            .withForcedUnitAccess(forcedUnitAccess)
            .withMemoryAccess(true, true);
    return new LayoutSketch(runs, blockSize, size, deviceSize, limits, traits);
  }

  // --- header ---

  private void header() {
    if (tokens.peek().isNumber()) {
      blockSize =
          power("the file block, a power of two from 512 to 1g such as 4k", 512, LARGEST_BLOCK);
    }
    if (tokens.takeIf("/")) {
      unit =
          power(
              "the device's logical block, a power of two from 512 such as 512",
              512,
              LARGEST_BLOCK);
    }
    while (!tokens.takeIf(":")) {
      setting();
    }
  }

  private int power(String expected, int least, int most) {
    SketchTokens.Token at = tokens.peek();
    long value = tokens.number(expected);
    if (value < least || value > most || Long.bitCount(value) != 1) {
      throw new SketchSyntaxException(at.column(), expected, "'" + at.text() + "'");
    }
    return (int) value;
  }

  private void setting() {
    switch (tokens.peek().text()) {
      case "size" -> size = amount("the size of the file in bytes", 0);
      case "device" -> deviceSize = amount("the size of the device in bytes", 0);
      case "bytes" -> maxBytes = amount("most bytes of a bio, 512 or more", 512);
      case "pieces" -> maxPieces = (int) amount("most pieces of a bio, 1 or more", 1);
      case "piece" -> maxPiece = amount("most bytes of a piece, 512 or more", 512);
      case "align" -> {
        tokens.take();
        alignment = power("what addresses are aligned to, a power of two to 1m", 1, 1 << 20);
      }
      case "fua" -> {
        tokens.take();
        forcedUnitAccess = true;
      }
      case "nofill" -> {
        tokens.take();
        traits = traits.withFillsHoles(false);
      }
      case "max" -> traits = traits.withMaxFileSize(amount("the largest file in bytes", 0));
      default -> throw tokens.wrong(SETTINGS);
    }
  }

  private long amount(String expected, long least) {
    tokens.take();
    SketchTokens.Token at = tokens.peek();
    long value = tokens.number(expected);
    if (value < least || (expected.contains("pieces") && value > Integer.MAX_VALUE)) {
      throw new SketchSyntaxException(at.column(), expected, "'" + at.text() + "'");
    }
    return value;
  }

  // --- runs ---

  private void run() {
    switch (tokens.peek().text()) {
      case "map" -> mapped(MappingKind.MAPPED);
      case "unwritten" -> mapped(MappingKind.UNWRITTEN);
      case "hole" -> {
        tokens.take();
        long blocks = blocks("how many blocks the hole has");
        add(MappingKind.HOLE, blocks, 0, null);
      }
      case "fail" -> fail();
      default -> throw tokens.wrong("'map', 'unwritten', 'hole' or 'fail'");
    }
  }

  private long blocks(String expected) {
    SketchTokens.Token at = tokens.peek();
    long blocks = tokens.number(expected);
    if (blocks < 1 || blocks > mostBlocks() - nextBlock) {
      throw new SketchSyntaxException(
          at.column(), expected + ", 1 to " + (mostBlocks() - nextBlock), "'" + at.text() + "'");
    }
    return blocks;
  }

  /** Of the file and of the device: all positions stay numbers of bytes. */
  private long mostBlocks() {
    return LayoutSketch.LARGEST_DEVICE / blockSize;
  }

  private void mapped(MappingKind kind) {
    String expected = "a device block such as 7, or a range of them such as 100..103";
    tokens.take();
    SketchTokens.Token at = tokens.peek();
    long first = tokens.number(expected);
    long last = first;
    if (tokens.takeIf("..")) {
      at = tokens.peek();
      last = tokens.number("the last device block of the range");
    }
    if (last < first || last >= mostBlocks() || last - first >= mostBlocks() - nextBlock) {
      throw new SketchSyntaxException(
          at.column(),
          "a block from " + Math.min(first, mostBlocks() - 1) + " to " + (mostBlocks() - 1),
          "'" + at.text() + "'");
    }
    long extra = tokens.takeIf("+") ? tokens.number("bytes by which the place is off") : 0;
    add(kind, last - first + 1, first * blockSize + extra, null);
  }

  private void fail() {
    tokens.take();
    Errno errno = Errno.EIO;
    SketchTokens.Token name = tokens.peek();
    if (!name.isNumber() && name.text().startsWith("e") && name.text().length() > 1) {
      try {
        errno = Errno.valueOf(name.text().toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException unknown) {
        throw tokens.wrong("an error such as EIO or ENOSPC");
      }
      tokens.take();
    }
    long blocks = tokens.peek().isNumber() ? blocks("for how many blocks it fails") : 1;
    add(MappingKind.HOLE, blocks, 0, errno);
  }

  private void add(
      MappingKind kind,
      long blocks,
      long deviceOffset,
      @org.jspecify.annotations.Nullable Errno failure) {
    boolean fresh = false;
    boolean boundary = false;
    boolean defer = false;
    boolean dirty = false;
    boolean over = false;
    boolean eager = false;
    while (!tokens.peek().is(",") && !tokens.atEnd()) {
      switch (tokens.peek().text()) {
        case "new" -> {
          if (kind != MappingKind.MAPPED) {
            throw tokens.wrong("no 'new' here: only mapped blocks can be new");
          }
          fresh = true;
        }
        case "boundary" -> boundary = true;
        case "defer" -> defer = true;
        case "dirty" -> dirty = true;
        case "over" -> over = true;
        case "eager" -> eager = true;
        default -> throw tokens.wrong(MARKS);
      }
      tokens.take();
    }
    runs.add(
        new SketchRun(
            fresh ? MappingKind.NEW : kind,
            nextBlock,
            blocks,
            deviceOffset,
            failure,
            new SketchRun.Marks(boundary, defer, dirty, over, eager)));
    nextBlock += blocks;
  }
}
