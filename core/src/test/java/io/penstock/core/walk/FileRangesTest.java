package io.penstock.core.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.fixture.Background;
import io.penstock.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a request keeps by itself: ranges of its file, and the requests of synchronous calls. */
class FileRangesTest {
  private final FileRanges ranges = new FileRanges();

  private static FileRanges of(long... bounds) {
    FileRanges ranges = new FileRanges();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(bounds[i], bounds[i + 1]);
    }
    return ranges;
  }

  private static String text(FileRanges ranges) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      text.add(ranges.start(i) + ".." + ranges.end(i));
    }
    return String.join(" ", text);
  }

  @Test
  void rangeThatContinuesTheLastMakesItLonger() {
    assertEquals("0..8 9..12", text(of(0, 4, 4, 8, 9, 12)));
    assertEquals("0..1 2..3 4..6", text(of(0, 1, 2, 3, 4, 5, 5, 6)));
    assertEquals("8..9 0..4", text(of(8, 9, 5, 5, 0, 4)), "an empty one is none");
    assertThrows(AssertionError.class, () -> of(4, 3));
  }

  @Test
  void anyNumberOfRangesIsKept() {
    for (int i = 0; i < 100; i++) {
      ranges.add(i * 10, i * 10 + 1);
    }
    assertEquals(100, ranges.size());
    for (int i = 0; i < 100; i++) {
      assertEquals(i * 10, ranges.start(i));
      assertEquals(i * 10 + 1, ranges.end(i));
    }
    ranges.clear();
    assertEquals(0, ranges.size());
    ranges.add(1, 2);
    assertEquals("1..2", text(ranges));
  }

  private String intersection(FileRanges all, FileRanges touched) {
    ranges.intersection(all, touched, 4096);
    return text(ranges);
  }

  @Test
  @Rule("ZERO-3")
  void touchedBlocksAreWidenedToWholeOnesOfWhatThereIs() {
    assertEquals("4096..12288", intersection(of(0, 16384), of(5000, 9000)));
    assertEquals("4096..8192", intersection(of(0, 16384), of(4096, 8192)), "whole ones stay");
    assertEquals("0..4096", intersection(of(0, 16384), of(4095, 4096)));
    assertEquals("4096..8192", intersection(of(0, 16384), of(8191, 8192)));
    assertEquals("8192..12288", intersection(of(8192, 12288), of(0, 65536)), "no more than that");
    assertEquals("", intersection(of(8192, 12288), of(0, 8192)));
    assertEquals("", intersection(of(8192, 12288), of(12288, 16384)));
    assertEquals("", intersection(of(), of(0, 4096)));
    assertEquals(
        "0..4096",
        intersection(of(0, 4096, 8192, 12288, 16384, 20480, 24576, 28672), of(0, 1)),
        "as many as there is room for");
    assertEquals("", intersection(of(0, 4096), of()));
  }

  @Test
  @Rule("ZERO-3")
  void touchedRangesMayComeInAnyOrderAndOverlap() {
    assertEquals(
        "0..4096 8192..12288 20480..24576",
        intersection(of(0, 65536), of(20480, 24000, 9000, 9001, 8192, 8193, 10, 20)));
    assertEquals(
        "0..12288", intersection(of(0, 65536), of(8000, 9000, 100, 5000)), "blocks told once");
    assertEquals(
        "16384..20480 0..4096",
        intersection(of(16384, 20480, 0, 4096), of(0, 100, 16384, 16385)),
        "in the order of what there is");
    assertEquals(
        "0..4096 8192..12288", intersection(of(0, 4096, 8192, 12288), of(0, 65536)), "the same");
  }

  // --- requests of synchronous calls ---

  private final WalkPool pool = new WalkPool();

  @Test
  void threadUsesItsOwnRequestAgain() throws Exception {
    Background.start(
            () -> {
              HandlerQueue own = HandlerQueue.current();
              RequestWalk walk = pool.take(own);
              pool.giveBack(walk, own);
              assertSame(walk, pool.take(own));
              return null;
            })
        .result();
  }

  @Test
  void requestsGivenBackBeyondTheFirstAreUsedAgainToo() throws Exception {
    Background.start(
            () -> {
              HandlerQueue own = HandlerQueue.current();
              List<RequestWalk> taken = new ArrayList<>();
              for (int i = 0; i < 9; i++) {
                taken.add(pool.take(own));
              }
              assertEquals(9, taken.stream().distinct().count(), "each its own");
              taken.forEach(walk -> pool.giveBack(walk, own));
              List<RequestWalk> again = new ArrayList<>();
              for (int i = 0; i < 9; i++) {
                again.add(pool.take(own));
              }
              assertEquals(9, again.stream().distinct().count());
              for (RequestWalk walk : again) {
                assertTrue(taken.contains(walk), "none is new");
              }
              assertNotSame(pool.take(own), pool.take(own), "all are out");
              return null;
            })
        .result();
  }
}
