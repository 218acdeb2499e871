package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.NullDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.TransferFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which calls a bio becomes, and what is made of each answer the kernel can give. */
class BioTransferTest {
  private static final int PAGE = 4096;
  private static final int MOST_STALLS = 8;

  private final BlockDevice device = new NullDevice();
  private StubbornCalls calls;
  private BioTransfer transfer;
  private Arena arena;
  private MemorySegment memory;

  @BeforeEach
  void prepare() {
    arena = Arena.ofShared();
    memory = arena.allocate(8 * PAGE, PAGE).fill((byte) 'm');
    use(new StubbornCalls(8 * PAGE), 512, false);
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private void use(StubbornCalls these, int block, boolean fixedSize) {
    calls = these;
    transfer = new BioTransfer("file", calls, block, block, fixedSize);
  }

  private @Nullable IOException run(SentBio sent) {
    return transfer.run(sent.ready());
  }

  // --- which calls ---

  @Test
  void onePieceIsOneCallByItsAddress() {
    assertNull(run(SentBio.write(device, PAGE, memory.asSlice(0, PAGE))));
    assertNull(run(SentBio.read(device, PAGE, memory.asSlice(PAGE, PAGE))));
    assertEquals(List.of("write 4096+4096", "read 4096+4096"), calls.calls);
    assertEquals('m', memory.get(ValueLayout.JAVA_BYTE, PAGE));
  }

  @Test
  void severalPiecesAreOneCall() {
    MemorySegment[] pieces = {memory.asSlice(2 * PAGE, PAGE), memory.asSlice(0, PAGE)};
    assertNull(run(SentBio.read(device, 0, pieces)));
    assertEquals(List.of("readv 0+8192"), calls.calls);
  }

  @Test
  @Rule("MEM-4")
  void borrowedPiecesGoAsSegmentsEachInItsOwnCall() {
    SentBio sent =
        SentBio.write(device, 0, memory.asSlice(0, PAGE), memory.asSlice(2 * PAGE, PAGE))
            .borrowed(memory.asSlice(4 * PAGE, PAGE))
            .borrowed(memory.asSlice(6 * PAGE, PAGE))
            .held(memory.asSlice(PAGE, PAGE));
    assertNull(run(sent));
    assertEquals(
        List.of(
            "writev 0+8192",
            "write segment 8192+4096",
            "write segment 12288+4096",
            "write 16384+4096"),
        calls.calls);
  }

  @Test
  @Rule("BIO-9")
  void forcedUnitAccessIsAFlagOfTheCall() {
    assertNull(run(SentBio.write(device, 0, memory.asSlice(0, PAGE)).forcedUnitAccess()));
    assertEquals(List.of("writev 0+4096" + StubbornCalls.DURABLE), calls.calls);
  }

  @Test
  @Rule("BIO-9")
  void forcedUnitAccessOfBorrowedMemoryIsOneSyncAtTheEnd() {
    SentBio sent =
        SentBio.write(device, 0)
            .borrowed(memory.asSlice(0, PAGE))
            .borrowed(memory.asSlice(2 * PAGE, PAGE))
            .forcedUnitAccess();
    assertNull(run(sent));
    assertEquals(
        List.of("write segment 0+4096", "write segment 4096+4096", "sync 0+0"), calls.calls);
  }

  @Test
  @Rule("BIO-9")
  void forcedUnitAccessThatTheKernelDoesNotKnowIsASyncFromThenOn() {
    calls.unknownFlags = TransferFlags.RWF_DSYNC;
    for (int i = 0; i < 2; i++) {
      assertNull(run(SentBio.write(device, 0, memory.asSlice(0, PAGE)).forcedUnitAccess()));
    }
    assertEquals(
        List.of(
            "writev 0+4096" + StubbornCalls.DURABLE,
            "write 0+4096",
            "sync 0+0",
            "write 0+4096",
            "sync 0+0"),
        calls.calls);
  }

  @Test
  void aFailedSyncFailsTheWrite() {
    calls.unknownFlags = TransferFlags.RWF_DSYNC;
    calls.answer(StubbornCalls.HEALTHY, -Errno.EINTR, -Errno.EIO);
    SentBio sent = SentBio.write(device, 0, memory.asSlice(0, PAGE)).forcedUnitAccess();
    assertFails(Errno.EIO, run(sent));
  }

  @Test
  @Rule("ADM-12")
  void noWaitIsAFlagOfTheCallAndItsAnswerIsKept() {
    calls.answer(-Errno.EAGAIN);
    assertFails(Errno.EAGAIN, run(SentBio.read(device, 0, memory.asSlice(0, PAGE)).noWait()));
    assertEquals(List.of("readv 0+4096" + StubbornCalls.NO_WAIT), calls.calls);
  }

  @Test
  @Rule("ADM-12")
  void noWaitThatTheFileDoesNotKnowIsDoneWithout() {
    calls.unknownFlags = TransferFlags.RWF_NOWAIT;
    assertNull(run(SentBio.read(device, 0, memory.asSlice(0, PAGE)).noWait()));
    assertEquals(List.of("readv 0+4096" + StubbornCalls.NO_WAIT, "read 0+4096"), calls.calls);
  }

  @Test
  @Rule("ADM-12")
  void noWaitThatHasBegunWaits() {
    calls.answer(PAGE, StubbornCalls.HEALTHY);
    assertNull(run(SentBio.write(device, 0, memory.asSlice(0, 2 * PAGE)).noWait()));
    assertEquals(List.of("writev 0+8192" + StubbornCalls.NO_WAIT, "writev 4096+4096"), calls.calls);
  }

  @Test
  @Rule("MEM-4")
  void noWaitOfBorrowedMemoryGoesThroughABuffer() {
    calls.content[5] = 'x';
    assertNull(run(SentBio.read(device, 0).borrowed(memory.asSlice(PAGE, PAGE)).noWait()));
    assertEquals(List.of("readv 0+4096" + StubbornCalls.NO_WAIT), calls.calls);
    assertEquals('x', memory.get(ValueLayout.JAVA_BYTE, PAGE + 5));
  }

  @Test
  @Rule("BIO-9")
  void atomicWriteOfSeveralPiecesIsOneCallFromOneBuffer() {
    memory.set(ValueLayout.JAVA_BYTE, 2 * PAGE, (byte) 'z');
    MemorySegment[] pieces = {memory.asSlice(0, PAGE), memory.asSlice(2 * PAGE, PAGE)};
    assertNull(run(SentBio.write(device, 0, pieces).atomic()));
    assertEquals(
        List.of("writev 0+8192" + StubbornCalls.flags(TransferFlags.RWF_ATOMIC)), calls.calls);
    assertEquals('z', calls.content[PAGE]);
  }

  @Test
  @Rule("BIO-9")
  void atomicWriteThatTheKernelRefusesKeepsItsNumber() {
    calls.unknownFlags = TransferFlags.RWF_ATOMIC;
    SentBio sent = SentBio.write(device, 0, memory.asSlice(0, PAGE)).atomic();
    assertFails(Errno.EOPNOTSUPP, run(sent));
    assertEquals(1, calls.calls.size(), "never done without the flag");
  }

  // --- what the kernel answers ---

  @Test
  void signalsInBetweenAreNoError() {
    calls.answer(-Errno.EINTR, -Errno.EINTR, PAGE, -Errno.EINTR);
    assertNull(run(SentBio.write(device, 0, memory.asSlice(0, 2 * PAGE))));
    assertEquals('m', calls.content[2 * PAGE - 1]);
  }

  @Test
  @Rule("CMP-2")
  void everyOtherErrorIsTheDevicesOwn() {
    for (int errno : new int[] {Errno.EIO, Errno.ENOSPC, Errno.EAGAIN, Errno.EDQUOT, 77}) {
      calls.answer(-errno);
      BlockIoException error =
          assertFails(errno, run(SentBio.write(device, PAGE, memory.asSlice(0, PAGE))));
      assertEquals(PAGE, error.position());
      assertEquals(PAGE, error.length());
      assertEquals("file", error.subject());
    }
  }

  @Test
  void shortTransfersAreContinued() {
    calls.answer(512, PAGE, 512);
    assertNull(run(SentBio.write(device, PAGE, memory.asSlice(0, 2 * PAGE))));
    assertEquals(
        List.of("write 4096+8192", "write 4608+7680", "write 8704+3584", "write 9216+3072"),
        calls.calls);
    assertEquals(0, calls.content[PAGE - 1]);
    assertEquals('m', calls.content[PAGE]);
    assertEquals('m', calls.content[3 * PAGE - 1]);
  }

  @Test
  void shortTransfersOfAVectorAreContinuedInsideAPiece() {
    for (int i = 0; i < 4 * PAGE; i++) {
      calls.content[i] = (byte) (i / 512);
    }
    calls.answer(PAGE + 512, 512);
    MemorySegment[] pieces = {memory.asSlice(0, PAGE), memory.asSlice(2 * PAGE, 2 * PAGE)};
    assertNull(run(SentBio.read(device, 0, pieces)));
    for (int i = 0; i < 3 * PAGE; i++) {
      int at = i < PAGE ? i : i + PAGE;
      assertEquals((byte) (i / 512), memory.get(ValueLayout.JAVA_BYTE, at), "byte " + i);
    }
    assertEquals('m', memory.get(ValueLayout.JAVA_BYTE, PAGE));
  }

  @Test
  void aTransferThatEndsInsideABlockGoesOnAtTheBlock() {
    calls.answer(700);
    assertNull(run(SentBio.write(device, 0, memory.asSlice(0, PAGE))));
    assertEquals(List.of("write 0+4096", "write 512+3584"), calls.calls);
  }

  @Test
  void aTransferThatGetsNowhereIsAnError() {
    calls.answer(512, 0, 0, 0, 0, 0, 0, 0, 0);
    BlockIoException error =
        assertFails(Errno.EIO, run(SentBio.write(device, 0, memory.asSlice(0, PAGE))));
    assertTrue(error.getMessage().contains("moved 512 bytes"), error.getMessage());
    assertEquals(1 + MOST_STALLS, calls.calls.size());
  }

  // --- the end of the file ---

  @Test
  @Rule("WALK-5")
  void whatFollowsTheEndInItsBlockIsZeros() {
    calls.size = 3 * PAGE + 100;
    calls.content[3 * PAGE + 99] = 'e';
    calls.content[3 * PAGE + 100] = 'x';
    assertNull(run(SentBio.read(device, 3 * PAGE, memory.asSlice(0, 512))));
    assertEquals('e', memory.get(ValueLayout.JAVA_BYTE, 99));
    for (int i = 100; i < 512; i++) {
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, i), "byte " + i);
    }
    assertEquals('m', memory.get(ValueLayout.JAVA_BYTE, 512));
  }

  @Test
  @Rule("WALK-5")
  void theEndInTheLastOfSeveralPiecesIsFoundToo() {
    use(new StubbornCalls(PAGE + 100), PAGE, false);
    calls.content[PAGE + 99] = 'e';
    MemorySegment[] pieces = {memory.asSlice(0, PAGE), memory.asSlice(2 * PAGE, PAGE)};
    assertNull(run(SentBio.read(device, 0, pieces)));
    assertEquals('m', memory.get(ValueLayout.JAVA_BYTE, PAGE));
    assertEquals('e', memory.get(ValueLayout.JAVA_BYTE, 2 * PAGE + 99));
    assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 2 * PAGE + 100));
    assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 3 * PAGE - 1));
  }

  @Test
  void aBlockWhollyBeyondTheEndIsAnError() {
    calls.size = PAGE + 100;
    for (long offset : new long[] {PAGE, 2L * PAGE, 100L * PAGE}) {
      BlockIoException error =
          assertFails(Errno.EIO, run(SentBio.read(device, offset, memory.asSlice(0, PAGE))));
      assertTrue(error.getMessage().contains("ends at byte 4196"), error.getMessage());
      assertEquals(offset, error.position());
    }
  }

  @Test
  void aFileThatGrowsMeanwhileIsReadOn() {
    calls.answer(100, 100);
    assertNull(run(SentBio.read(device, 0, memory.asSlice(0, 512))));
    assertEquals(List.of("read 0+512", "read 0+512", "read 0+512"), calls.calls);
  }

  @Test
  void aBlockDeviceThatEndsEarlyIsAnError() {
    use(new StubbornCalls(PAGE + 100), 512, true);
    assertFails(Errno.EIO, run(SentBio.read(device, PAGE, memory.asSlice(0, 512))));
  }

  // --- memory ---

  @Test
  @Rule("MEM-4")
  void closedMemoryIsAnErrorAndNoCall() {
    MemorySegment closed;
    try (Arena shortLived = Arena.ofShared()) {
      closed = shortLived.allocate(PAGE, PAGE);
    }
    use(new StubbornCalls(PAGE), 512, false);
    PositionalCalls kernel = new DescriptorCalls(-1);
    transfer = new BioTransfer("file", kernel, 512, 512, false);
    assertFails(Errno.EFAULT, run(SentBio.read(device, 0).borrowed(closed)));
    assertFails(Errno.EFAULT, run(SentBio.write(device, 0).borrowed(closed)));
    assertFails(Errno.EFAULT, run(SentBio.write(device, 0).borrowed(closed).atomic()));
  }

  private static BlockIoException assertFails(int errno, @Nullable IOException failure) {
    assertNotNull(failure);
    BlockIoException known = assertInstanceOf(BlockIoException.class, failure);
    assertEquals(errno, known.errno(), known.getMessage());
    return known;
  }
}
