package io.penstock.cli.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What figures are made of known events. */
class TraceFiguresTest {
  private static final long MICRO = 1_000;
  private static final long SLOT = 1_000_000;
  private static final long BEGIN = 1_700_000_000_000_000_000L;

  private final Trace trace = new Trace(BEGIN, BEGIN + Trace.SLOTS * SLOT);

  private static SeenRequest request(String file, boolean write, long bytes, long at, long nanos) {
    return new SeenRequest(
        file,
        write,
        bytes,
        bytes,
        1,
        BEGIN + at,
        nanos,
        List.of(nanos, 0L, 0L, 0L, 0L, 0L, 0L),
        null);
  }

  private static SeenBio bio(String device, long offset, long bytes, long at, long nanos) {
    return new SeenBio(device, false, offset, bytes, 1, BEGIN + at, nanos, 0, null);
  }

  @Test
  void bytesCountWhereTheirRequestEnded() {
    trace.request(request("a", false, 4096, 0, 10 * MICRO));
    trace.request(request("a", true, 512, SLOT / 2, SLOT));
    assertEquals(4096 * 1e9 / SLOT, trace.readBytes().perSecond(0));
    assertEquals(0, trace.writtenBytes().perSecond(0));
    assertEquals(512 * 1e9 / SLOT, trace.writtenBytes().perSecond(1));
    assertEquals(1e9 / SLOT, trace.requests().perSecond(0));
  }

  @Test
  void depthIsTheOverlapOfOperations() {
    trace.bio(bio("d", 0, 512, SLOT / 2, SLOT)); // half of slot 0, half of slot 1
    trace.bio(bio("d", 0, 512, SLOT, SLOT)); // all of slot 1
    assertEquals(0.5, trace.depth().perNano(0));
    assertEquals(1.5, trace.depth().perNano(1));
    assertEquals(0, trace.depth().perNano(2));
  }

  @Test
  void whatLiesOutsideTheSpanIsCutToIt() {
    trace.bio(bio("d", 0, 512, -5 * SLOT, 7 * SLOT));
    trace.bio(bio("d", 0, 512, (Trace.SLOTS - 1) * SLOT, 50 * SLOT));
    assertEquals(1, trace.depth().perNano(0));
    assertEquals(1, trace.depth().perNano(1));
    assertEquals(0, trace.depth().perNano(2));
    assertEquals(1, trace.depth().perNano(Trace.SLOTS - 1));
  }

  @Test
  void theHeatMapHasFourRowsForAFactorOfTen() {
    trace.request(request("a", false, 1, 0, 500));
    trace.request(request("a", false, 1, 0, 12 * MICRO));
    trace.request(request("a", false, 1, 0, 12 * MICRO));
    trace.request(request("a", false, 1, 0, 990 * MICRO));
    HeatMap heat = trace.heat();
    assertEquals(0, heat.lowest());
    assertEquals(11, heat.highest());
    assertEquals(1, heat.count(0, 0));
    assertEquals(2, heat.count(4, 0));
    assertEquals(1, heat.count(11, 0));
    assertEquals(10, HeatMap.fromMicros(4), 1e-9);
    assertEquals(2, heat.most());
  }

  @Test
  void distancesAreFromTheEndOfTheOneThatBeganBefore() {
    trace.bio(bio("d", 8192, 4096, 20, 5)); // third: begins 4096 after the second's end
    trace.bio(bio("d", 0, 2048, 0, 100)); // first
    trace.bio(bio("d", 2048, 2048, 10, 100)); // second: in order
    trace.bio(bio("other", 1 << 20, 512, 15, 1)); // another device
    SizeCounts seeks = trace.seeks();
    assertEquals(2, seeks.count());
    assertEquals(1, seeks.upTo(0));
    assertEquals(1, seeks.upTo(4096));
  }

  @Test
  void classesOfSizesEndAtPowersOfTwo() {
    SizeCounts sizes = new SizeCounts();
    for (long size : new long[] {0, 1, 2, 3, 4, 5, 4096, 4097, Long.MAX_VALUE}) {
      sizes.add(size);
    }
    assertEquals(1, sizes.upTo(0));
    assertEquals(1, sizes.upTo(1));
    assertEquals(1, sizes.upTo(2));
    assertEquals(2, sizes.upTo(4));
    assertEquals(1, sizes.upTo(8));
    assertEquals(1, sizes.upTo(4096));
    assertEquals(1, sizes.upTo(8192));
    assertEquals(9, sizes.classes().stream().mapToLong(SizeCounts.SizeClass::count).sum());
  }

  @Test
  void filesWithMostBytesComeFirst() {
    trace.request(request("small", false, 512, 0, MICRO));
    trace.request(request("large", true, 8192, 0, MICRO));
    trace.request(request("large", false, 4096, 0, MICRO));
    trace.request(
        new SeenRequest(
            "none", false, 4096, 0, 0, BEGIN, MICRO, Collections.nCopies(7, 0L), "EIO"));
    List<FileShare> top = trace.topFiles(10);
    assertEquals(List.of("large", "small", "none"), top.stream().map(FileShare::name).toList());
    assertEquals(8192, top.getFirst().writtenBytes());
    assertEquals(4096, top.getFirst().readBytes());
    assertEquals(1, top.getLast().errors());
    assertEquals(1, trace.requestErrors());
    assertEquals(1, trace.topFiles(1).size());
  }

  @Test
  void aWindowBeginsAnewWhereTheLastBundleEnded() {
    LiveWindow window = new LiveWindow();
    window.request(request("a", false, 1 << 20, 0, MICRO));
    window.flushed(0); // what was in the first bundle has no known length
    window.request(request("a", false, 4096, 0, MICRO));
    assertEquals(0, window.take().seconds(), "no bundle is complete");
    window.bio(bio("d", 0, 4096, 0, 1_000_000_000));
    window.flushed(2_000_000_000);
    LiveWindow.Sample sample = window.take();
    assertEquals(2, sample.seconds());
    assertEquals(1, sample.requests());
    assertEquals(2048, sample.perSecond(sample.readBytes()));
    assertEquals(0.5, sample.depth());
    window.flushed(3_000_000_000L);
    LiveWindow.Sample next = window.take();
    assertEquals(1, next.seconds());
    assertEquals(0, next.requests());
    assertTrue(next.files().isEmpty());
  }
}
