package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Each limit on both sides of its bound. L=512, size 65536. */
@Rule("BIO-3")
class BioCheckTest {
  private static final long SIZE = 65536;
  private static final QueueLimits LIMITS =
      QueueLimits.of(512).withMaximum(3, 4096, 8192).withMemoryAlignment(8);

  private final MemorySegment memory = Arena.ofAuto().allocate(65536, 4096);

  private Bio bio(Direction direction, long offset, long... lengths) {
    Bio bio = new Bio((done, error) -> {});
    bio.begin(direction, new NullDevice(SIZE, LIMITS), offset, offset);
    long at = 0;
    for (long length : lengths) {
      bio.add(memory, at, length, false, Long.MAX_VALUE);
      at += length + 4096; // apart, so that they stay pieces of their own
    }
    return bio;
  }

  private static void fine(Bio bio, QueueLimits limits) {
    assertNull(BioCheck.violation(bio, limits, SIZE, "disk"));
  }

  private static void wrong(String what, Bio bio, QueueLimits limits) {
    IOException error = BioCheck.violation(bio, limits, SIZE, "disk");
    String head =
        bio.direction().word() + " disk at " + bio.deviceOffset() + " length " + bio.length();
    assertEquals(head + ": " + what, error == null ? null : error.getMessage());
  }

  @Test
  void offsetAndLengthAreWholeBlocks() {
    fine(bio(Direction.READ, 0, 512), LIMITS);
    wrong(
        "EINVAL (invalid argument): device offset 256 must be a multiple of the logical block of"
            + " 512 bytes",
        bio(Direction.READ, 256, 512),
        LIMITS);
    wrong(
        "EINVAL (invalid argument): device offset -512 must be a multiple of the logical block of"
            + " 512 bytes",
        bio(Direction.READ, -512, 512),
        LIMITS);
    wrong(
        "EINVAL (invalid argument): length 100 must be a positive multiple of the logical block of"
            + " 512 bytes",
        bio(Direction.READ, 0, 100),
        LIMITS);
    wrong(
        "EINVAL (invalid argument): length 0 must be a positive multiple of the logical block of"
            + " 512 bytes",
        bio(Direction.READ, 0),
        LIMITS);
  }

  @Test
  void lengthAndPiecesAreBounded() {
    fine(bio(Direction.WRITE, 0, 4096, 4096), LIMITS);
    wrong(
        "EINVAL (invalid argument): length 8704 exceeds maxBytes 8192",
        bio(Direction.WRITE, 0, 4096, 4096, 512),
        LIMITS);
    fine(bio(Direction.WRITE, 0, 512, 512, 512), LIMITS);
    wrong(
        "EINVAL (invalid argument): 4 pieces exceed maxSegments 3",
        bio(Direction.WRITE, 0, 512, 512, 512, 512),
        LIMITS);
    wrong(
        "EINVAL (invalid argument): piece 1 of 4608 bytes exceeds maxSegmentBytes 4096",
        bio(Direction.WRITE, 0, 512, 4608),
        LIMITS);
    wrong(
        "EINVAL (invalid argument): piece 0 of 256 bytes must be a multiple of the logical block of"
            + " 512",
        bio(Direction.WRITE, 0, 256, 256),
        LIMITS);
  }

  @Test
  void bioEndsOnTheDevice() {
    fine(bio(Direction.WRITE, SIZE - 512, 512), LIMITS);
    wrong(
        "ENOSPC (no space left on device): the device ends at byte 65536",
        bio(Direction.WRITE, SIZE - 512, 1024),
        LIMITS);
    wrong(
        "EIO (input/output error): the device ends at byte 65536",
        bio(Direction.READ, SIZE, 512),
        LIMITS);
  }

  @Test
  @Rule("ADM-4")
  void memoryIsAlignedAsTheDeviceAsks() {
    Bio aligned = bio(Direction.READ, 0);
    aligned.add(memory, 8, 512, false, 512);
    fine(aligned, LIMITS);
    Bio odd = bio(Direction.READ, 0);
    odd.add(memory, 4, 512, false, 512);
    wrong(
        "EINVAL (invalid argument): address 0x"
            + Long.toHexString(memory.address() + 4)
            + " of piece 0 must be a multiple of the memory alignment of 8 bytes",
        odd,
        LIMITS);
  }

  @Test
  @Rule("MEM-4")
  void heapMemoryIsTakenWhereItIsAccepted() {
    Bio heap = bio(Direction.READ, 0);
    heap.add(MemorySegment.ofArray(new byte[513]), 1, 512, false, 512);
    fine(heap, LIMITS.withMemoryAccess(true, true));
    wrong(
        "EINVAL (invalid argument): piece 0 is heap memory, which the device does not accept",
        heap,
        LIMITS);
  }

  @Test
  @Rule("BIO-9")
  void forcedUnitAccessIsForWritesOfDevicesThatHaveIt() {
    Bio write = bio(Direction.WRITE, 0, 512).forcedUnitAccess(true);
    fine(write, LIMITS.withForcedUnitAccess(true));
    wrong(
        "EOPNOTSUPP (operation not supported): the device has no forced unit access; write, then"
            + " flush",
        write,
        LIMITS);
    fine(bio(Direction.READ, 0, 512).forcedUnitAccess(true), LIMITS);
  }

  private Bio atomic(long offset, long length) {
    return bio(Direction.WRITE, offset, length).atomic(true);
  }

  @Test
  @Rule("BIO-9")
  void atomicWritesAreOfTheRightLengthAndPlace() {
    QueueLimits untorn = LIMITS.withAtomicWrites(1024, 2048);
    fine(atomic(2048, 2048), untorn);
    fine(atomic(3072, 1024), untorn);
    fine(bio(Direction.READ, 512, 512).atomic(true), untorn);
    fine(bio(Direction.READ, 512, 512).atomic(true), LIMITS);
    wrong(
        "EOPNOTSUPP (operation not supported): the device offers no atomic writes",
        atomic(0, 1024),
        LIMITS);
    wrong(
        "EINVAL (invalid argument): an atomic write of 512 bytes must be 1024 to 2048 long",
        atomic(0, 512),
        untorn);
    wrong(
        "EINVAL (invalid argument): an atomic write of 4096 bytes must be 1024 to 2048 long",
        atomic(0, 4096),
        untorn);
    wrong(
        "EINVAL (invalid argument): an atomic write must be a power of two long and aligned to its"
            + " own length",
        atomic(0, 1536),
        untorn);
    wrong(
        "EINVAL (invalid argument): an atomic write must be a power of two long and aligned to its"
            + " own length",
        atomic(512, 1024),
        untorn);
  }

  @Test
  void errorsOfDevicesSayWhatToDo() {
    Bio bio = bio(Direction.READ, 512, 512);
    assertEquals(
        "read disk at 512 length 512: ECANCELED (operation cancelled): cancelled before the device"
            + " began it",
        BioCheck.cancelled(bio, "disk").getMessage());
    assertEquals(
        "read disk at 512 length 512: EAGAIN (would have to wait): the queue of 3 bios is full",
        BioCheck.queueFull(bio, "disk", 3).getMessage());
    assertEquals(
        "read disk at 512 length 512: ENODEV (no such device): the device is closed",
        BioCheck.closed(bio, "disk").getMessage());
  }
}
