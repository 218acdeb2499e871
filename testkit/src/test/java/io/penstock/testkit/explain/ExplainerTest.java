package io.penstock.testkit.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.DeviceEvent;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.device.RecordDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Dice;
import io.penstock.testkit.layout.SimpleLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is explained is what happens. */
class ExplainerTest {
  private static final int ROUNDS = Integer.getInteger("explain.rounds", 400);

  /** A bio, as far as an explanation and a recording both know it. */
  private record Operation(
      Direction direction,
      long deviceOffset,
      long fileOffset,
      List<Long> pieces,
      long batch,
      boolean forcedUnitAccess,
      boolean noWait) {

    static Operation of(SentBio bio) {
      return new Operation(
          bio.direction(),
          bio.deviceOffset(),
          bio.fileOffset(),
          bio.pieces().stream().map(Piece::length).toList(),
          bio.batch() - 1,
          bio.forcedUnitAccess(),
          bio.noWait());
    }

    static Operation of(DeviceEvent.Transfer transfer) {
      return new Operation(
          transfer.direction(),
          transfer.deviceOffset(),
          transfer.fileOffset(),
          transfer.pieceLengths(),
          transfer.batch(),
          transfer.forcedUnitAccess(),
          transfer.noWait());
    }
  }

  /** What came of a request: its operations, flushes, bytes and error. */
  private record Outcome(List<Operation> operations, long flushes, long bytes, String error) {}

  /** A request, drawn by lot. */
  private record Draw(
      String sketch, boolean write, long position, List<Long> segments, IoFlags flags) {
    long length() {
      return segments.stream().mapToLong(Long::longValue).sum();
    }
  }

  @Test
  void biosAreThoseOfTheEngine() throws IOException {
    Long given = Long.getLong("explain.seed");
    long first = given == null ? System.nanoTime() : given;
    int bios = 0;
    for (int i = 0; i < (given == null ? ROUNDS : 1); i++) {
      long seed = first + i;
      Draw draw = draw(new Dice(seed));
      Outcome explained = explained(draw);
      assertEquals(
          carriedOut(draw, draw.sketch),
          explained,
          "seed " + seed + ", reproduce with -Dexplain.seed=" + seed + ": " + draw);
      bios += explained.operations.size();
    }
    assertTrue(given != null || bios > ROUNDS / 2, bios + " operations from seed " + first);
  }

  /** The comparison above can fail: another device makes other operations. */
  @Test
  void otherLimitsAreNoticed() throws IOException {
    Draw draw = new Draw("4k: map 0..7", true, 0, List.of(32768L), IoFlags.NONE);
    assertEquals(carriedOut(draw, draw.sketch), explained(draw));
    assertNotEquals(carriedOut(draw, "4k bytes 8k: map 0..7"), explained(draw));
    assertNotEquals(carriedOut(draw, "4k: map 1..8"), explained(draw));
  }

  /** What is named as the cause of an end is one: without it, other operations are made. */
  @Test
  void whatIsNamedAsTheCauseOfAnEndIsOne() {
    Map<BioEnd, String> causes =
        Map.of(
            BioEnd.MOST_BYTES, " bytes [0-9]+",
            BioEnd.MOST_PIECES, " pieces [0-9]+",
            BioEnd.PIECE_LENGTH, " piece [0-9]+",
            BioEnd.BOUNDARY, " boundary");
    Set<BioEnd> seen = EnumSet.noneOf(BioEnd.class);
    Long given = Long.getLong("explain.seed");
    long first = given == null ? System.nanoTime() : given;
    for (int i = 0; i < (given == null ? ROUNDS : 1); i++) {
      long seed = first + i;
      Draw draw = draw(new Dice(seed));
      if (draw.flags.has(IoFlag.NOWAIT)) {
        continue; // what would need a second operation fails instead
      }
      Set<BioEnd> ends = EnumSet.noneOf(BioEnd.class);
      Explanation of = explanation(draw);
      of.bios().forEach(bio -> ends.add(bio.end()));
      seen.addAll(ends);
      boolean joint = of.bios().stream().anyMatch(bio -> isJoint(bio, of.subject().limits()));
      for (Map.Entry<BioEnd, String> cause : causes.entrySet()) {
        String without = draw.sketch.replaceAll(cause.getValue(), "");
        Draw other = new Draw(without, draw.write, draw.position, draw.segments, draw.flags);
        boolean same = shape(explanation(other)).equals(shape(of));
        String which =
            cause.getKey() + ", seed " + seed + ", reproduce with -Dexplain.seed=" + seed;
        if (ends.contains(cause.getKey())) {
          assertFalse(
              same && !(joint && cause.getKey() != BioEnd.BOUNDARY),
              which + ": is no cause: " + draw);
        } else if (cause.getKey() != BioEnd.PIECE_LENGTH) {
          assertTrue(same, which + ": a cause is not told: " + draw);
        }
      }
    }
    assertTrue(given != null || seen.size() >= 6, seen + " from seed " + first);
  }

  /** Whether two limits keep the next piece out, so that neither is a cause alone. */
  private static boolean isJoint(SentBio bio, QueueLimits limits) {
    long granule = Math.max(limits.logicalBlock(), limits.memoryAlignment());
    boolean narrow = limits.maxSegmentBytes() < granule;
    boolean full = limits.maxBytes() - bio.length() < granule;
    boolean whole = bio.pieces().size() == limits.maxSegments();
    return (whole && full) || (whole && narrow) || (full && narrow);
  }

  /** The operations, and what comes between them. */
  private static List<Object> shape(Explanation of) {
    List<Object> shape = new ArrayList<>();
    for (Step step : of.steps()) {
      shape.add(step instanceof Step.Send send ? Operation.of(send.bio()) : step.getClass());
    }
    return shape;
  }

  private static Explanation explanation(Draw draw) {
    Explainer explainer =
        Explainer.of(LayoutSketch.parse(draw.sketch))
            .segments(draw.segments.stream().mapToLong(Long::longValue).toArray())
            .flags(draw.flags);
    return draw.write
        ? explainer.write(draw.position, draw.length())
        : explainer.read(draw.position, draw.length());
  }

  private static Outcome explained(Draw draw) {
    Explanation of = explanation(draw);
    assertFalse(of.toString().isEmpty());
    return new Outcome(
        of.bios().stream().map(Operation::of).toList(),
        of.steps().stream().filter(Step.Flush.class::isInstance).count(),
        of.result().bytes(),
        String.valueOf(of.result().error()));
  }

  private static Outcome carriedOut(Draw draw, String layout) throws IOException {
    LayoutSketch sketch = LayoutSketch.parse(layout);
    RecordDevice device = new RecordDevice(sketch.device());
    long bytes = 0;
    String error = "null";
    try (BlockFile file = sketch.file(device);
        RequestMemory memory =
            new RequestMemory(draw.segments, sketch.limits().memoryAlignment(), 0)) {
      bytes =
          draw.write
              ? DirectIo.write(file, memory.vector(), draw.position, draw.flags)
              : DirectIo.read(file, memory.vector(), draw.position, draw.flags);
    } catch (IOException failure) {
      error = Recorder.words(failure);
    }
    return new Outcome(
        device.transfers().stream().map(Operation::of).toList(),
        device.events().stream().filter(DeviceEvent.Flush.class::isInstance).count(),
        bytes,
        error);
  }

  // --- drawing ---

  private static Draw draw(Dice dice) {
    int block = dice.pickInt(512, 1024, 4096, 4096, 16384);
    StringBuilder sketch = new StringBuilder().append(block).append("/512");
    if (dice.oneIn(3)) {
      sketch.append(" bytes ").append(512L * dice.between(1, 40));
    }
    if (dice.oneIn(3)) {
      sketch.append(" pieces ").append(dice.between(1, 4));
    }
    if (dice.oneIn(4)) {
      sketch.append(" piece ").append(512L * dice.between(1, 20));
    }
    sketch.append(dice.oneIn(4) ? " align " + dice.pickInt(1, 512, 4096) : "");
    sketch.append(dice.oneIn(2) ? " fua" : "").append(dice.oneIn(6) ? " nofill" : "");
    sketch.append(dice.oneIn(3) ? " size " + dice.between(0, 12 * block) : "").append(": ");
    runs(dice, sketch);
    List<Long> segments = new ArrayList<>();
    for (int i = dice.between(1, 4); i > 0; i--) {
      segments.add(dice.oneIn(2) ? (long) block * dice.between(1, 4) : 512L * dice.between(1, 24));
    }
    boolean write = dice.oneIn(2);
    long position = dice.oneIn(2) ? (long) block * dice.below(8) : 512L * dice.below(40);
    return new Draw(
        sketch.toString(),
        write,
        dice.oneIn(30) ? position + 100 : position,
        segments,
        flags(dice, write));
  }

  private static void runs(Dice dice, StringBuilder sketch) {
    int count = dice.between(0, 6);
    int next = dice.below(100);
    for (int i = 0; i < count; i++) {
      int blocks = dice.between(1, 5);
      next = dice.oneIn(2) ? next : next + dice.between(1, 9);
      String place = next + (blocks == 1 ? "" : ".." + (next + blocks - 1));
      sketch.append(i == 0 ? "" : ", ");
      switch (dice.below(12)) {
        case 0, 1 -> sketch.append("hole ").append(blocks);
        case 2, 3 -> sketch.append("unwritten ").append(place);
        case 4, 5, 6 -> sketch.append("map ").append(place).append(" new");
        case 7 -> sketch.append("map ").append(place).append(dice.pick(" dirty", " defer"));
        default -> sketch.append("map ").append(place);
      }
      sketch.append(dice.oneIn(5) ? " boundary" : "");
      sketch.append(dice.oneIn(25) ? dice.pick(" over", " eager") : "");
      next += blocks;
    }
    if (dice.oneIn(12)) {
      sketch.append(count == 0 ? "" : ", ").append("fail ENOSPC 3");
    }
  }

  private static IoFlags flags(Dice dice, boolean write) {
    IoFlags flags = IoFlags.NONE;
    if (write && dice.oneIn(4)) {
      flags = flags.with(IoFlag.DATA_SYNC);
    }
    if (write && dice.oneIn(10)) {
      flags = flags.with(IoFlag.OVERWRITE_ONLY);
    }
    return dice.oneIn(10) ? flags.with(IoFlag.NOWAIT) : flags;
  }

  // --- real layouts ---

  @Test
  void aLayoutWithContentsIsOnlyLookedAt() throws IOException {
    MemoryDevice device = MemoryDevice.of(1 << 20);
    try (BlockFile file = SimpleLayout.create(device, 4096);
        Arena arena = Arena.ofConfined()) {
      DirectIo.write(file, IoVector.of(arena.allocate(8192, 4096)), 0);
      long operations = device.counters().writes() + device.counters().reads();
      Explanation of = Explainer.of(file).write(4096, 8192);
      Answer made = of.questions().getLast().answer();
      assertNotNull(made);
      assertTrue(made.imagined(), of::toString);
      assertEquals(MappingKind.NEW, made.kind());
      assertEquals(8192, of.result().bytes());
      assertEquals(8192, file.size());
      assertEquals(operations, device.counters().writes() + device.counters().reads());
      Mapping mapping = new Mapping().clear();
      file.mapper().map(new MapQuery().set(2, 1, MapIntent.LOOK_UP, false, 8192), mapping);
      assertEquals(MappingKind.HOLE, mapping.kind());
    }
  }

  @Test
  void aLayoutThatMayAllocateIsAskedTo() {
    MemoryDevice device = MemoryDevice.of(1 << 20);
    try (BlockFile file = SimpleLayout.create(device, 4096)) {
      Explanation of = Explainer.of(file).allocating().write(512, 512);
      Answer made = of.questions().getFirst().answer();
      assertNotNull(made);
      assertFalse(made.imagined(), of::toString);
      assertEquals(2, of.bios().getFirst().pieces(Piece.Source.ZEROS).size());
    }
  }
}
