package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BounceRoom;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.fixture.Words;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much asynchronous requests copy at the same time, where that is bounded. */
@Rule("MEM-4")
class CopiedRequestsTest extends UsesTestBed {
  private static final int REQUEST = 4096;
  private static final int AT_A_TIME = 2;
  private final BounceRoom room = new BounceRoom(AT_A_TIME * REQUEST, Integer.MAX_VALUE);

  @AfterEach
  void everybodyHasLeft() {
    bed.finish();
    assertEquals("0 requests that copy 0 bytes, 0 waiting", room.toString());
  }

  private TestBed.Builder bounded() {
    return TestBed.of("0..15 mapped").holding().file(file -> file.bounceRoom(room));
  }

  private void fillRoom() {
    assertTrue(room.tryEnter(AT_A_TIME * REQUEST));
  }

  private void emptyRoom() {
    room.leave(AT_A_TIME * REQUEST);
  }

  private static MemorySegment heap() {
    return MemorySegment.ofArray(new byte[REQUEST]).fill((byte) 'H');
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void noMoreThanTheRoomIsCopiedAndTheRestFollowsInOrder(Direction direction) throws IOException {
    use(bounded());
    long before = BufferPool.shared().bytesInUse();
    List<Submitted> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      all.add(bed.submit(direction, (long) i * REQUEST, heap()));
    }
    assertEquals(AT_A_TIME, bed.hold.pending());
    assertEquals(5, room.waiting());
    for (int done = 0; done < 7; done++) {
      assertTrue(BufferPool.shared().bytesInUse() - before <= AT_A_TIME * REQUEST);
      bed.hold.complete(0);
      assertEquals(REQUEST, all.get(done).bytes(), "in the order of their submission");
      bed.later.runAll();
    }
    String expected = direction == Direction.READ ? "b6*4096" : "H*4096";
    assertEquals(expected, Words.of(all.get(6).memory));
  }

  @Test
  void memoryThatGoesStraightNeedsNoRoom() throws IOException {
    use(bounded());
    fillRoom();
    Submitted read = bed.submitRead(0, REQUEST);
    assertEquals(1, bed.hold.pending());
    bed.finish();
    assertEquals(REQUEST, read.bytes());
    emptyRoom();
  }

  @Test
  void whatADeviceTakesFromTheHeapNeedsNone() throws IOException {
    use(bounded().limits(limits -> limits.withMemoryAccess(true, false)));
    fillRoom();
    bed.submit(Direction.READ, 0, heap());
    assertEquals(1, bed.hold.pending());
    try (Arena shared = Arena.ofShared()) {
      bed.submit(Direction.READ, 0, shared.allocate(REQUEST, REQUEST));
      assertEquals(1, bed.hold.pending(), "others may close this one: it is copied");
      emptyRoom();
      bed.finish();
    }
  }

  @Test
  void threadThatWaitsForItsRequestNeedsNone() throws Exception {
    use(bounded());
    fillRoom();
    Background<Submitted> read =
        Background.start(() -> bed.submit(Direction.READ, 0, heap(), IoFlag.FORCE_WAIT));
    read.awaitParked();
    bed.hold.completeAll();
    assertEquals(REQUEST, read.result().bytes());
    emptyRoom();
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestIsToldInsteadOfWaitingForRoom() throws IOException {
    use(bounded());
    fillRoom();
    Submitted read = bed.submit(Direction.READ, 0, heap(), IoFlag.NOWAIT);
    Expect.error(
        Errno.EAGAIN,
        "read file at 0 length 4096: EAGAIN (would have to wait): others copy as much memory as may"
            + " be at a time",
        read.error());
    emptyRoom();
    Submitted second = bed.submit(Direction.READ, 0, heap(), IoFlag.NOWAIT);
    bed.finish();
    assertEquals(REQUEST, second.bytes());
  }

  @Test
  @Rule("CMP-11")
  void requestThatIsCancelledWhileItWaitsSendsNothing() throws IOException {
    use(bounded());
    fillRoom();
    Submitted read = bed.submit(Direction.READ, 0, heap());
    read.request.cancel(read.request.generation());
    emptyRoom();
    bed.finish();
    Expect.error(
        Errno.ECANCELED,
        "read file at 0 length 4096: ECANCELED (operation cancelled): it was cancelled",
        read.error());
    assertEquals(List.of(), bed.sent());
  }

  @Test
  @Rule("ADM-10")
  void closeWaitsForWhatWaitsForRoomToo() throws Exception {
    use(bounded());
    fillRoom();
    Submitted read = bed.submit(Direction.READ, 0, heap());
    Background<Void> close =
        Background.start(
            () -> {
              bed.file.close();
              return null;
            });
    close.awaitParked();
    emptyRoom();
    bed.finish();
    close.result();
    assertEquals(REQUEST, read.bytes());
  }

  @Test
  @Rule("ZERO-6")
  void writeTakesItsClaimOnlyWhenItIsIn() throws IOException {
    use(bounded());
    fillRoom();
    MemorySegment part = heap().asSlice(0, 512);
    Submitted waiting = bed.submit(Direction.WRITE, 0, part);
    assertEquals(0, bed.file.exclusion().held());
    Submitted other = bed.submitWrite('A', 512, 512);
    assertEquals(1, bed.hold.pending(), "the same block, and nobody in the way");
    bed.finish();
    assertEquals(512, other.bytes());
    assertFalse(waiting.isDone());
    emptyRoom();
    bed.finish();
    assertEquals(512, waiting.bytes());
    assertEquals("H*512 A*512 b0*3072", bed.disk(0, 4096));
  }
}
