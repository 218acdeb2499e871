package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.Errno;
import io.penstock.core.file.CacheHook;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.JournalCache.Mood;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that may not wait, the executor that must be there, and the cached copy. */
class NoWaitRulesTest extends UsesTestBed {
  @Test
  @Rule({"ADM-12", "ADM-14"})
  void cacheThatDoesNotSayWhatIsDirtyHasNothingToWaitFor() throws IOException {
    use(TestBed.of("0 mapped").locking().file(file -> file.cache(new CacheHook() {})));
    assertEquals("512: b0*512", bed.read(0, 512, IoFlag.NOWAIT));
    assertEquals(512, bed.write('A', 0, 512, IoFlag.NOWAIT));
    assertEquals("A*512 b0*3584", bed.disk(0, 4096));
  }

  private void readWouldBlock(String why, long length) {
    Expect.failure(
        Errno.EAGAIN,
        "read file at 0 length " + length + ": EAGAIN (would have to wait): " + why,
        () -> bed.read(0, length, IoFlag.NOWAIT));
  }

  private void writeWouldBlock(String why, long position, long length) {
    Expect.failure(
        Errno.EAGAIN,
        "write file at " + position + " length " + length + ": EAGAIN (would have to wait): " + why,
        () -> bed.write('A', position, length, IoFlag.NOWAIT));
    assertEquals(List.of(), bed.sent(), "nothing was changed");
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestThatNeedNotWaitIsCarriedOut() throws IOException {
    use(TestBed.of("0..3 mapped"));
    assertEquals(8192, bed.write('A', 4096, 8192, IoFlag.NOWAIT));
    assertEquals("4096: A*4096", bed.read(4096, 4096, IoFlag.NOWAIT));
    assertEquals(
        List.of("map 1+2 allocate no-wait", "map 1+1 look-up no-wait"), bed.journal.of("map"));
    assertTrue(bed.record.transfers().getFirst().noWait(), "the device is told");
  }

  @Test
  @Rule("ADM-12")
  void noWaitReadDoesNotWaitForTheLock() throws IOException {
    use(TestBed.of("0 mapped").locking());
    bed.file.lock().acquire();
    readWouldBlock("the file's lock is held", 512);
    assertEquals(Errno.EAGAIN.number(), bed.submitRead(0, 512, IoFlag.NOWAIT).error().errno());
    assertTrue(bed.file.lock().isHeld(), "still the other's");
    bed.file.lock().release();
    assertEquals("512: b0*512", bed.read(0, 512, IoFlag.NOWAIT));
    assertFalse(bed.file.lock().isHeld());
  }

  @Test
  @Rule("ADM-12")
  void noWaitReadDoesNotWaitForDirtyBytes() throws IOException {
    use(TestBed.of("0 mapped").locking().cache(Mood.DIRTY));
    readWouldBlock("cached bytes have to be written back first", 512);
    assertEquals(List.of(), bed.journal.of("cache", "map"));
    assertFalse(bed.file.lock().isHeld());
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotWaitForDirtyBytes() throws IOException {
    use(TestBed.of("0 mapped").cache(Mood.DIRTY));
    writeWouldBlock("cached bytes have to be written back first", 0, 512);
    assertEquals(List.of(), bed.journal.of("cache", "map"));
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestDoesNotWaitForAFrozenFile() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.file.freeze();
    readWouldBlock("the file is frozen", 512);
    bed.file.thaw();
    assertEquals("512: b0*512", bed.read(0, 512, IoFlag.NOWAIT));
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotWaitForTheBlockOfAnother() throws IOException {
    use(TestBed.of("0 mapped").holding());
    bed.submitWrite('B', 512, 512);
    bed.journal.clear();
    writeWouldBlock("another write has claimed a block of this one", 1024, 512);
    assertEquals(List.of(), bed.journal.of("map"));
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotAllocate() throws IOException {
    use(TestBed.of("0 new").size(4096));
    writeWouldBlock("the mapper would have to wait", 0, 4096);
    assertEquals(MappingKind.HOLE, bed.layout.kind(0), "nothing was allocated");
    assertEquals(List.of("map 0+1 allocate no-wait"), bed.journal.of("map"));
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestIsOneMapping() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9"));
    readWouldBlock("more than one mapping is needed", 8192);
    writeWouldBlock("more than one mapping is needed", 0, 8192);
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestIsOneDeviceOperation() throws IOException {
    use(TestBed.of("0..1 mapped").limits(limits -> limits.withMaximum(8, 4096, 4096)));
    readWouldBlock("more than one device operation is needed", 8192);
    writeWouldBlock("more than one device operation is needed", 0, 8192);
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotZeroTheBlockTheFileEndedIn() throws IOException {
    use(TestBed.of("0..1 mapped").size(512));
    writeWouldBlock("the block the file ends in has to be zeroed too", 4096, 4096);
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestDoesNotWaitForAFullQueue() throws IOException {
    use(TestBed.of("0 mapped").holding(1));
    bed.submitRead(0, 512);
    Expect.failure(
        Errno.EAGAIN,
        "read disk at 0 length 512: EAGAIN (would have to wait): the queue of 1 bios is full",
        () -> bed.read(0, 512, IoFlag.NOWAIT));
  }

  @Test
  @Rule("ADM-14")
  void cachedCopyIsWrittenBackAndDroppedBeforeTheFirstMapping() throws IOException {
    use(TestBed.of("0..1 mapped").cache(Mood.DIRTY));
    assertEquals(1024, bed.write('A', 512, 1024));
    assertEquals(
        List.of("cache drop 512..1536", "map 0+1 allocate", "write 512+1024"),
        bed.journal.all().subList(0, 3));
  }

  @Test
  @Rule({"ADM-14", "WALK-4"})
  void writeGoesTheBufferedWayWhenTheCopyCannotBeDropped() throws IOException {
    use(TestBed.of("0 mapped; 8 mapped").size(1024).cache(Mood.CANNOT_DROP));
    assertEquals(0, bed.write('A', 0, 4096));
    assertEquals(0, bed.submitWrite('A', 32768, 512).bytes());
    assertEquals(List.of(), bed.journal.of("map", "write"), "not even the gap is zeroed");
    assertEquals(1024, bed.file.size());
  }

  @Test
  @Rule("ADM-14")
  void atomicWriteFailsWhenTheCopyCannotBeDropped() throws IOException {
    use(
        TestBed.of("0 mapped")
            .cache(Mood.CANNOT_DROP)
            .limits(limits -> limits.withAtomicWrites(512, 4096)));
    Expect.failure(
        Errno.EAGAIN,
        "write file at 0 length 4096: EAGAIN (would have to wait): the cached copy of the range"
            + " cannot be dropped",
        () -> bed.write('A', 0, 4096, IoFlag.ATOMIC));
    assertEquals(List.of(), bed.journal.of("map", "write"));
  }

  @Test
  @Rule("ADM-14")
  void writeFailsWhenDirtyBytesCannotBeWrittenBack() throws IOException {
    use(TestBed.of("0 mapped").cache(Mood.CANNOT_WRITE_BACK));
    Expect.failure(Errno.EIO, () -> bed.write('A', 0, 4096));
    assertEquals(List.of(), bed.journal.of("map", "write"));
  }
}
