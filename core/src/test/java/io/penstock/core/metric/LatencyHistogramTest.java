package io.penstock.core.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void classesFollowEachOtherWithoutGapAndAreASixteenthWideAtMost() {
    assertEquals(0, LatencyHistogram.classOf(0));
    int last = LatencyHistogram.classOf(LatencyHistogram.MOST);
    long before = -1;
    for (int i = 0; i <= last; i++) {
      long longest = LatencyHistogram.longestOf(i);
      assertEquals(i, LatencyHistogram.classOf(longest));
      assertEquals(i, LatencyHistogram.classOf(before + 1));
      assertTrue(longest - before <= Math.max(1, (before + 1) / 16), i + ": to " + longest);
      before = longest;
    }
    assertEquals(LatencyHistogram.MOST, before);
  }

  @Test
  void percentilesAreNeverTooSmallAndASixteenthTooLargeAtMost() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    LatencyHistogram histogram = new LatencyHistogram();
    long[] values = new long[1_000];
    long sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextLong(1L << random.nextInt(1, 40));
      sum += values[i];
      histogram.add(values[i]);
    }
    Arrays.sort(values);
    LatencyHistogram.Snapshot snapshot = histogram.snapshot();
    assertEquals(values.length, snapshot.count(), "seed " + seed);
    assertEquals(sum, snapshot.sumNanos(), "seed " + seed);
    assertEquals(values[values.length - 1], snapshot.mostNanos(), "seed " + seed);
    for (double percentile : new double[] {0.1, 1, 50, 90, 99, 99.9, 100}) {
      long exact = values[(int) Math.ceil(values.length * (percentile / 100)) - 1];
      long told = snapshot.at(percentile);
      assertTrue(
          told >= exact && told <= exact + exact / 16,
          "seed " + seed + ": " + percentile + " % is " + exact + ", not " + told);
    }
  }

  @Test
  void nothingAddedIsNothing() {
    LatencyHistogram.Snapshot empty = new LatencyHistogram().snapshot();
    assertEquals(0, empty.count());
    assertEquals(0, empty.at(50));
    assertEquals(0, empty.at(100));
    assertThrows(IllegalArgumentException.class, () -> empty.at(0));
    assertThrows(IllegalArgumentException.class, () -> empty.at(100.1));
    assertThrows(IllegalArgumentException.class, () -> empty.at(Double.NaN));
  }

  @Test
  void whatIsTooLongOrNegativeIsStillCounted() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.add(Long.MAX_VALUE);
    histogram.add(-5);
    LatencyHistogram.Snapshot snapshot = histogram.snapshot();
    assertEquals(2, snapshot.count());
    assertEquals(0, snapshot.at(50));
    assertEquals(Long.MAX_VALUE, snapshot.at(100));
  }

  @Test
  void threadsThatAddAtOnceLoseNothing() throws InterruptedException {
    LatencyHistogram histogram = new LatencyHistogram();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("adding " + i)
              .start(
                  () -> {
                    for (int j = 1; j <= 5_000; j++) {
                      histogram.add(j);
                    }
                  }));
    }
    for (Thread each : threads) {
      each.join();
    }
    assertEquals(20_000, histogram.snapshot().count());
    assertEquals(4 * 5_000L * 5_001 / 2, histogram.snapshot().sumNanos());
  }
}
