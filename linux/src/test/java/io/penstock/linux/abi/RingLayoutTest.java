package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the kernel says of a ring is believed only where memory can be addressed by it. */
class RingLayoutTest {
  private static final int SQ_ENTRIES = 0;
  private static final int CQ_ENTRIES = 4;
  private static final int FEATURES = 20;
  private static final int SQ_OFF = 40;
  private static final int CQ_OFF = 80;

  private final Arena arena = Arena.ofConfined();
  private final RingParams params = new RingParams(arena);

  /** As Linux 6.12 answers to 64 and 128 entries: both queues in one mapping. */
  RingLayoutTest() {
    set(SQ_ENTRIES, 64);
    set(CQ_ENTRIES, 128);
    set(FEATURES, RingParams.FEAT_SINGLE_MMAP);
    int[] sq = {0, 4, 16, 24, 36, 32, 2112};
    int[] cq = {8, 12, 20, 28, 44, 64, 40};
    for (int i = 0; i < sq.length; i++) {
      set(SQ_OFF + 4 * i, sq[i]);
      set(CQ_OFF + 4 * i, cq[i]);
    }
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private void set(int offset, int value) {
    params.struct().set(ValueLayout.JAVA_INT, offset, value);
  }

  private void refuses(String told) {
    RingFailure failure = assertThrows(RingFailure.class, () -> RingLayout.of(params, 0));
    assertEquals(Errno.EPROTO, failure.errno());
    assertTrue(String.valueOf(failure.getMessage()).contains(told), failure.getMessage());
  }

  @Test
  void oneMappingHoldsBothQueues() throws RingFailure {
    RingLayout layout = RingLayout.of(params, 0);
    assertTrue(layout.isSingle());
    assertEquals(2112 + 64 * 4, layout.sqBytes());
    assertEquals(layout.sqBytes(), layout.cqBytes());
    assertEquals(12, layout.cqTail());
  }

  @Test
  void aQueueWithoutEntriesOrWithAnOddNumberIsRefused() {
    set(SQ_ENTRIES, 0);
    refuses("sq_entries 0 is no power of two");
    set(SQ_ENTRIES, 64);
    set(CQ_ENTRIES, 100);
    refuses("cq_entries 100 is no power of two");
    set(CQ_ENTRIES, -1);
    refuses("cq_entries 4294967295 is no power of two");
  }

  @Test
  void anOffsetThatIsNegativeAsAnIntIsRefused() {
    set(CQ_OFF + RingParams.CQ_OFF_CQES, -64);
    refuses("cq_off.cqes 4294967232");
  }

  @Test
  void aWordOutsideOfTheMappingIsRefused() {
    set(SQ_OFF + RingParams.OFF_TAIL, 2112 + 64 * 4);
    refuses("sq_off.tail 2368 is outside of the queue's 2368 bytes");
  }

  @Test
  void aWordThatIsNotAlignedIsRefused() {
    set(CQ_OFF + RingParams.OFF_HEAD, 9);
    refuses("cq_off.head 9 is no multiple of 4");
  }
}
