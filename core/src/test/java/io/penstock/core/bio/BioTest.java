package io.penstock.core.bio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.NullDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One device operation, and how pieces become such. L=512. */
class BioTest {
  private static final QueueLimits LIMITS = QueueLimits.of(512);

  private final List<String> done = new ArrayList<>();
  private final BioOwner owner =
      (bio, error) -> {
        done.add(error == null ? "done" : error.getMessage());
        bio.release();
      };
  private final Bio bio = new Bio(owner);
  private final BlockDevice device = new NullDevice(1 << 30, LIMITS);
  private final MemorySegment memory = Arena.ofAuto().allocate(65536, 4096);

  private Bio begin() {
    return bio.begin(Direction.WRITE, device, 4096, 8192);
  }

  @Test
  void filledBioSaysWhatItIs() {
    assertSame(bio, begin());
    bio.add(memory, 512, 1024, true, 4096);
    bio.add(memory, 4096, 512, false, 4096);
    assertSame(Direction.WRITE, bio.direction());
    assertTrue(bio.isWrite());
    assertSame(device, bio.device());
    assertEquals(4096, bio.deviceOffset());
    assertEquals(5632, bio.deviceEnd());
    assertEquals(8192, bio.fileOffset());
    assertEquals(9728, bio.fileEnd());
    assertEquals(1536, bio.length());
    assertEquals(2, bio.pieces());
    assertSame(memory, bio.segment(0));
    assertEquals(512, bio.pieceOffset(0));
    assertEquals(1024, bio.pieceLength(0));
    assertEquals(memory.address() + 512, bio.pieceAddress(0));
    assertTrue(bio.isBorrowed(0));
    assertFalse(bio.isBorrowed(1));
    assertEquals("bio write null+4096 length 1536 pieces 2 file+8192", bio.toString());
    assertThrows(AssertionError.class, () -> bio.pieceOffset(2));
    assertThrows(AssertionError.class, () -> bio.pieceLength(2));
    assertThrows(AssertionError.class, () -> bio.segment(2));
    assertThrows(AssertionError.class, () -> bio.isBorrowed(2));
  }

  @Test
  void flagsAreSetOneByOneAndForgottenWithTheNextUse() {
    begin();
    assertSame(bio, bio.synchronous(true));
    assertTrue(bio.isSynchronous());
    assertFalse(bio.isNoWait() || bio.isAtomic() || bio.isForcedUnitAccess());
    assertSame(bio, bio.noWait(true));
    assertTrue(bio.isNoWait());
    assertFalse(bio.isAtomic() || bio.isForcedUnitAccess());
    assertSame(bio, bio.atomic(true));
    assertTrue(bio.isAtomic());
    assertFalse(bio.isForcedUnitAccess());
    assertSame(bio, bio.forcedUnitAccess(true));
    assertTrue(bio.isForcedUnitAccess());
    assertEquals(Bio.NEVER, bio.deadline());
    assertSame(bio, bio.deadline(77));
    assertEquals(77, bio.deadline());
    bio.deviceData("device");
    bio.deviceTag(5);
    bio.ownerData("owner");
    bio.ownerTime(6);
    assertEquals("device", bio.deviceData());
    assertEquals(5, bio.deviceTag());
    assertEquals("owner", bio.ownerData());
    assertEquals(6, bio.ownerTime());
    bio.discard();
    assertTrue(bio.isIdle());
    assertNull(bio.deviceData());
    assertNull(bio.ownerData());
    begin();
    assertFalse(
        bio.isSynchronous() || bio.isNoWait() || bio.isAtomic() || bio.isForcedUnitAccess());
    assertEquals(Bio.NEVER, bio.deadline());
    assertEquals(0, bio.length());
    assertEquals(0, bio.pieces());
  }

  @Test
  @Rule("BIO-1")
  void pieceGrowsOnlyInTheSameSegmentWithoutGapAndUpToItsBound() {
    begin();
    bio.add(memory, 0, 512, false, 1024);
    bio.add(memory, 512, 512, false, 1024);
    assertEquals(1, bio.pieces());
    assertEquals(1024, bio.pieceLength(0));
    bio.add(memory, 1024, 512, false, 1024);
    assertEquals(2, bio.pieces(), "the first is full");
    bio.add(memory, 4096, 512, false, 1024);
    assertEquals(3, bio.pieces(), "a gap");
    MemorySegment same = memory.asSlice(0);
    assertNotSame(memory, same);
    bio.add(same, 4608, 512, false, 1024);
    assertEquals(4, bio.pieces(), "another segment");
    assertEquals(2560, bio.length());
  }

  @Test
  void biosOfAnyNumberOfPiecesAreFilledCopiedAndEmptied() {
    Bio copy = new Bio(owner);
    for (int pieces = 1; pieces < 20; pieces++) {
      begin();
      for (int i = 0; i < pieces; i++) {
        bio.add(memory, i * 1024L, 512, i % 2 == 0, 512);
      }
      copy.beginCopy(bio, device);
      assertEquals(pieces, copy.pieces());
      assertEquals(512L * pieces, copy.length());
      for (int i = 0; i < pieces; i++) {
        assertSame(memory, copy.segment(i));
        assertEquals(i * 1024L, copy.pieceOffset(i));
        assertEquals(512, copy.pieceLength(i));
        assertEquals(i % 2 == 0, copy.isBorrowed(i));
      }
      copy.discard();
      bio.discard();
    }
  }

  @Test
  @Rule("CMP-11")
  void copyHasPlaceFlagsDeadlineAndTheWishToCancel() {
    begin().synchronous(true).noWait(true).atomic(true).forcedUnitAccess(true).deadline(99);
    bio.add(memory, 0, 512, false, 512);
    Bio copy = new Bio(owner);
    NullDevice behind = new NullDevice(1 << 20);
    assertSame(copy, copy.beginCopy(bio, behind));
    assertSame(Direction.WRITE, copy.direction());
    assertSame(behind, copy.device());
    assertEquals(4096, copy.deviceOffset());
    assertEquals(8192, copy.fileOffset());
    assertTrue(copy.isSynchronous() && copy.isNoWait());
    assertTrue(copy.isAtomic() && copy.isForcedUnitAccess());
    assertEquals(99, copy.deadline());
    assertFalse(copy.isCancelRequested());
    copy.discard();
    bio.requestCancel(bio.generation());
    assertTrue(copy.beginCopy(bio, behind).isCancelRequested());
  }

  @Test
  @Rule("CMP-11")
  void cancelIsMeantForOneUse() {
    begin();
    long first = bio.generation();
    bio.requestCancel(first);
    assertTrue(bio.isCancelRequested());
    bio.discard();
    begin();
    assertEquals(first + 1, bio.generation());
    assertFalse(bio.isCancelRequested(), "the next use");
    bio.requestCancel(first);
    assertFalse(bio.isCancelRequested(), "late");
  }

  @Test
  @Rule("CMP-11")
  void deadlineIsThatFarAwayAndNeverNever() {
    long before = System.nanoTime();
    long deadline = Bio.deadlineIn(1_000_000);
    long after = System.nanoTime();
    assertTrue(deadline - before >= 1_000_000, "not sooner");
    assertTrue(deadline - after <= 1_000_001, "not later");
    assertEquals(1, deadline & 1, "so it is not NEVER");
  }

  @Test
  @Rule("CMP-8")
  void bioIsCompletedOnceByWhoeverHasIt() {
    begin();
    assertThrows(IllegalStateException.class, bio::complete, "not sent");
    assertThrows(AssertionError.class, bio::markInFlight, "nothing in it");
    bio.add(memory, 0, 512, false, 512);
    assertFalse(bio.isIdle());
    bio.markInFlight();
    assertFalse(bio.isIdle());
    assertThrows(AssertionError.class, () -> bio.add(memory, 512, 512, false, 512));
    assertThrows(AssertionError.class, bio::discard);
    assertThrows(AssertionError.class, this::begin);
    bio.complete();
    assertTrue(bio.isIdle());
    assertEquals(
        "bio completed while not in flight, is it completed twice?"
            + " bio write null+4096 length 512 pieces 0 file+8192",
        assertThrows(IllegalStateException.class, bio::complete).getMessage());
    begin().add(memory, 0, 512, false, 512);
    bio.markInFlight();
    bio.complete(new IOException("cable"));
    assertEquals(List.of("done", "cable"), done);
  }

  @Test
  @Rule("MEM-4")
  void abandonedBioIsNotIdleUntilWhoeverHasItCompletesIt() {
    begin().add(memory, 0, 512, false, 512);
    assertFalse(bio.abandon(), "nobody has it yet");
    bio.markInFlight();
    assertTrue(bio.abandon());
    assertFalse(bio.abandon());
    bio.setAside();
    assertFalse(bio.isIdle());
    assertEquals(1, bio.pieces());
    bio.complete(new IOException("late"));
    assertTrue(bio.isIdle());
    assertThrows(IllegalStateException.class, bio::complete);
    begin().add(memory, 0, 512, false, 512);
    bio.markInFlight();
    assertTrue(bio.abandon());
    bio.complete();
    assertFalse(bio.isIdle(), "its owner is still busy with it");
    assertThrows(IllegalStateException.class, bio::complete);
    bio.setAside();
    assertTrue(bio.isIdle());
    assertEquals(List.of(), done, "who has abandoned it is not told");
  }

  // --- assembling ---

  private final BioAssembler assembler = new BioAssembler(owner);

  private void beginAt(BlockDevice where, long offset, long bytes) {
    Bio current = assembler.begin(Direction.READ, where, offset, offset);
    assertEquals(bytes, assembler.first(current, memory, 0, bytes, false));
  }

  private long extend(long deviceOffset, long fileOffset, long memoryOffset, long bytes) {
    return assembler.extend(device, deviceOffset, fileOffset, memory, memoryOffset, bytes, false);
  }

  @Test
  @Rule({"BIO-1", "BIO-2"})
  void bioGrowsWhereThePieceContinuesItOnTheDeviceAndInTheFile() {
    assertEquals(0, extend(0, 0, 0, 512), "there is none");
    beginAt(device, 4096, 1024);
    assertEquals(0, extend(5632, 5120, 1024, 512), "elsewhere on the device");
    assertEquals(0, extend(5120, 5632, 1024, 512), "elsewhere in the file");
    NullDevice other = new NullDevice(1 << 30, LIMITS);
    assertEquals(0, assembler.extend(other, 5120, 5120, memory, 1024, 512, false));
    assertEquals(512, extend(5120, 5120, 1024, 512));
    assertEquals(1, assembler.current().pieces());
    assertEquals(512, extend(5632, 5632, 8192, 512));
    assertEquals(2, assembler.current().pieces());
    assertEquals(2048, assembler.current().length());
  }

  @Test
  @Rule("BIO-3")
  void bioIsFilledToItsLimitsAndNoFurther() {
    BlockDevice narrow = new NullDevice(1 << 30, LIMITS.withMaximum(2, 2048, 3072));
    Bio current = assembler.begin(Direction.READ, narrow, 0, 0);
    assertEquals(2048, assembler.first(current, memory, 0, 8192, false), "the largest piece");
    assertEquals(
        1024, assembler.extend(narrow, 2048, 2048, memory, 2048, 6144, false), "all that fits");
    assertEquals(2, current.pieces());
    assertEquals(0, assembler.extend(narrow, 3072, 3072, memory, 3072, 512, false), "full");
  }

  @Test
  @Rule("BIO-3")
  void pieceThatMayNotGrowBeginsAnotherOneUntilThereAreEnough() {
    BlockDevice narrow = new NullDevice(1 << 30, LIMITS.withMaximum(2, 1024, 8192));
    Bio current = assembler.begin(Direction.READ, narrow, 0, 0);
    assertEquals(512, assembler.first(current, memory, 0, 512, false));
    assertEquals(512, assembler.extend(narrow, 512, 512, memory, 512, 2048, false), "its rest");
    assertEquals(1, current.pieces());
    assertEquals(1024, assembler.extend(narrow, 1024, 1024, memory, 1024, 2048, false));
    assertEquals(2, current.pieces());
    assertEquals(0, assembler.extend(narrow, 2048, 2048, memory, 2048, 512, false), "no third");
  }

  @Test
  @Rule({"BIO-3", "ADM-4"})
  void restOfASplitPieceIsAsAlignedAsItWas() {
    BlockDevice wide =
        new NullDevice(1 << 30, LIMITS.withMemoryAlignment(4096).withMaximum(4, 5120, 9216));
    Bio current = assembler.begin(Direction.READ, wide, 0, 0);
    assertEquals(4096, assembler.first(current, memory, 0, 16384, false), "of 5120");
    assertEquals(4096, assembler.extend(wide, 4096, 4096, memory, 4096, 12288, false));
    assertEquals(0, assembler.extend(wide, 8192, 8192, memory, 8192, 8192, false), "of 1024");
    assertEquals(512, assembler.extend(wide, 8192, 8192, memory, 8192, 512, false), "all of it");
  }

  @Test
  @Rule("BIO-3")
  void limitsSmallerThanTheMemoryAlignmentAreUsedUp() {
    BlockDevice small =
        new NullDevice(1 << 30, LIMITS.withMemoryAlignment(4096).withMaximum(4, 1024, 2048));
    Bio current = assembler.begin(Direction.READ, small, 0, 0);
    assertEquals(1024, assembler.first(current, memory, 0, 8192, false));
  }

  @Test
  @Rule("BIO-7")
  void batchHoldsSixtyFourBiosAndTheLastIsHeldBack() {
    assertEquals(0, assembler.unsent());
    assembler.plugCurrent();
    assertEquals(0, assembler.plugged(), "there was none");
    for (int i = 0; i < 64; i++) {
      assertFalse(assembler.isPlugFull());
      beginAt(device, i * 4096L, 512);
      assertEquals(i, assembler.plugged());
      assertEquals(i + 1, assembler.unsent());
      Bio held = assembler.current();
      assembler.plugCurrent();
      assertSame(held, assembler.plug()[i]);
      assertNull(assembler.current());
      assertEquals(i + 1, assembler.unsent());
    }
    assertTrue(assembler.isPlugFull());
    assertEquals(64, Arrays.stream(assembler.plug()).distinct().count(), "each its own");
    assembler.unplugged();
    assertEquals(0, assembler.plugged());
    assertEquals(0, assembler.unsent());
  }

  @Test
  void idleBiosAreUsedAgainAndBusyOnesAreNot() {
    List<Bio> first = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      beginAt(device, i * 4096L, 512);
      first.add(assembler.current());
      assembler.plugCurrent();
    }
    assembler.unplugged();
    assertEquals(6, first.stream().distinct().count());
    List<Bio> known = Arrays.asList(assembler.all());
    first.forEach(each -> assertTrue(known.contains(each), "to be cancelled"));
    first.get(1).discard();
    first.get(4).discard();
    List<Bio> again = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      beginAt(device, i * 4096L, 512);
      again.add(assembler.current());
      assembler.plugCurrent();
    }
    assertTrue(again.contains(first.get(1)) && again.contains(first.get(4)));
    assertEquals(8, assembler.all().length, "no more than were needed at the same time");
  }
}
