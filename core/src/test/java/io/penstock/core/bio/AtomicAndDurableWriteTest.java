package io.penstock.core.bio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.DeviceEvent;
import io.penstock.core.error.Errno;
import io.penstock.core.file.SyncScope;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Untorn writes, and writes that are durable without a flush. F=4096, L=512. */
@Rule("BIO-9")
class AtomicAndDurableWriteTest extends UsesTestBed {
  private static TestBed.Builder atomic(String table) {
    return TestBed.of(table).limits(limits -> limits.withAtomicWrites(1024, 16384));
  }

  private void refused(String why, long position, long length) {
    Expect.failure(
        Errno.EINVAL,
        "write file at " + position + " length " + length + ": EINVAL (invalid argument): " + why,
        () -> bed.write('A', position, length, IoFlag.ATOMIC));
    assertEquals(List.of(), bed.sent());
  }

  @Test
  void atomicWriteIsOneMappingAndOneBio() throws IOException {
    use(atomic("0..3 mapped"));
    assertEquals(8192, bed.write('A', 8192, 8192, IoFlag.ATOMIC));
    assertEquals(1024, bed.submitWrite('B', 1024, 1024, IoFlag.ATOMIC).bytes());
    assertEquals(List.of("write 8192+8192", "write 1024+1024"), bed.sent());
    assertTrue(bed.record.transfers().stream().allMatch(DeviceEvent.Transfer::atomic));
  }

  @Test
  void atomicWriteOfABadLengthOrPlaceIsRefused() throws IOException {
    use(atomic("0..15 mapped"));
    String why =
        "an atomic write must have a power of two of 1024 to 16384 bytes and begin at a multiple"
            + " of its length";
    refused(why, 0, 512);
    refused(why, 0, 32768);
    refused(why, 0, 12288);
    refused(why, 4096, 8192);
    refused(why, 512, 1024);
    assertEquals(List.of(), bed.journal.all());
  }

  @Test
  void atomicReadAndADeviceWithoutAtomicWritesAreRefused() throws IOException {
    use(atomic("0 mapped"));
    Expect.failure(
        Errno.EINVAL,
        "read file at 0 length 4096: EINVAL (invalid argument): ATOMIC is for writes",
        () -> bed.read(0, 4096, IoFlag.ATOMIC));
    bed.close();
    use(TestBed.of("0 mapped"));
    refused("disk has no atomic writes", 0, 4096);
  }

  @Test
  void atomicWriteThatNeedsASecondMappingFails() throws IOException {
    use(atomic("0 mapped; 1 mapped"));
    refused("more than one mapping is needed", 0, 8192);
  }

  @Test
  void atomicWriteThatNeedsASecondBioFails() throws IOException {
    use(atomic("0..3 mapped").limits(limits -> limits.withMaximum(8, 4096, 4096)));
    refused("more than one device operation is needed", 0, 8192);
  }

  @Test
  void atomicWriteIntoAHoleFails() throws IOException {
    use(atomic("0 hole"));
    refused("an atomic write met a hole", 0, 4096);
  }

  @Test
  void atomicWriteThatNeedsZerosFails() throws IOException {
    use(atomic("0 unwritten; 1 mapped; 3 new").size(6144));
    String why = "an atomic write would have to zero the rest of a block too";
    refused(why, 0, 1024);
    refused(why, 3072, 1024);
    refused(why, 7168, 1024);
    refused("the block the file ends in has to be zeroed too", 12288, 4096);
    assertEquals(4096, bed.write('A', 0, 4096, IoFlag.ATOMIC), "a whole block needs none");
  }

  @Test
  void atomicWriteFromTheEndOfFileToTheEndOfItsBlockNeedsNoZeros() throws IOException {
    use(atomic("0 mapped").size(2048));
    assertEquals(2048, bed.write('A', 2048, 2048, IoFlag.ATOMIC));
  }

  private TestBed.Builder durable(String table) {
    return TestBed.of(table).limits(limits -> limits.withForcedUnitAccess(true));
  }

  private List<Boolean> forced() {
    return bed.record.transfers().stream().map(DeviceEvent.Transfer::forcedUnitAccess).toList();
  }

  @Test
  void durableOverwriteOfMappedBlocksUsesForcedUnitAccessAndNoFlush() throws IOException {
    use(durable("0 mapped; 1 mapped @9"));
    assertEquals(8192, bed.write('A', 0, 8192, IoFlag.DATA_SYNC));
    assertEquals(List.of(true, true), forced());
    assertEquals(List.of(), bed.journal.of("sync", "flush"));
    bed.submitWrite('A', 512, 512, IoFlag.DATA_SYNC);
    bed.later.runAll();
    assertEquals(List.of(true, true, true), forced());
    assertEquals(List.of(), bed.journal.of("sync", "flush"));
  }

  @Test
  void writeThatNeedNotBeDurableUsesNoForcedUnitAccess() throws IOException {
    use(durable("0 mapped"));
    bed.write('A', 0, 4096);
    assertEquals(List.of(false), forced());
    assertEquals(List.of(), bed.journal.of("sync", "flush"));
  }

  @Test
  void deviceWithoutForcedUnitAccessIsFlushed() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.write('A', 0, 4096, IoFlag.DATA_SYNC);
    assertEquals(List.of(false), forced());
    assertEquals(List.of("sync DATA", "flush"), bed.journal.of("sync", "flush"));
  }

  @Test
  void durableWriteOfWhatHeldNoDataIsFlushedBecauseItsMetadataMustBeDurableToo()
      throws IOException {
    for (String kind : List.of("new", "unwritten")) {
      use(durable("0 mapped; 1 " + kind).size(8192));
      bed.write('A', 0, 8192, IoFlag.DATA_SYNC);
      assertEquals(List.of(false), forced(), kind + ": one bio, no use in forcing a part");
      assertEquals(List.of("sync DATA", "flush"), bed.journal.of("sync", "flush"));
      bed.close();
    }
    use(durable("0 mapped; 1 unwritten @9").size(8192));
    bed.write('A', 0, 8192, IoFlag.DATA_SYNC);
    assertFalse(forced().getLast());
    assertEquals(List.of("sync DATA", "flush"), bed.journal.of("sync", "flush"));
  }

  @Test
  @Rule("CMP-6")
  void durableWriteThatExtendsTheFileIsFlushedBecauseTheSizeMustBeDurableToo() throws IOException {
    use(durable("0..1 mapped").size(4096));
    bed.write('A', 0, 8192, IoFlag.DATA_SYNC);
    assertEquals(List.of(false), forced());
    assertEquals(List.of("sync DATA", "flush"), bed.journal.of("sync", "flush"));
  }

  private void assertSyncedInsteadOfForced(String why) {
    assertEquals(false, forced().getLast(), why);
    assertEquals(List.of("sync DATA", "flush"), bed.journal.of("sync", "flush"), why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"new", "unwritten"})
  void durableOverwriteOfWhatAnUnsyncedWriteConvertedIsSyncedToo(String kind) throws IOException {
    use(durable("0 " + kind).size(4096));
    bed.write('A', 0, 4096);
    assertEquals(MappingKind.UNWRITTEN, bed.layout.kindAfterCrash(0));
    bed.write('B', 512, 512, IoFlag.DATA_SYNC);
    assertSyncedInsteadOfForced("else a crash takes the conversion back, and the data with it");
    assertEquals(MappingKind.MAPPED, bed.layout.kindAfterCrash(0));
    bed.write('C', 512, 512, IoFlag.DATA_SYNC);
    assertEquals(true, forced().getLast(), "what was synced is overwritten without a flush");
    assertEquals(List.of("sync DATA", "flush"), bed.journal.of("sync", "flush"));
  }

  @Test
  void dirtyMarkOfALaterMappingIsEnoughForASync() throws IOException {
    use(durable("0 mapped; 1 unwritten @9").size(8192));
    bed.write('A', 4096, 4096);
    bed.write('B', 0, 8192, IoFlag.DATA_SYNC);
    assertSyncedInsteadOfForced("the second of two bios needs it");
  }

  @Test
  @Rule("CMP-6")
  void durableOverwriteBehindASizeThatIsNotDurableIsSyncedToo() throws IOException {
    use(durable("0..1 mapped").size(4096));
    bed.write('A', 4096, 512);
    assertEquals(4096, bed.file.durableSize());
    bed.write('B', 0, 4096, IoFlag.DATA_SYNC);
    assertEquals(true, forced().getLast(), "below the size that is durable nothing is missing");
    bed.write('B', 4096, 512, IoFlag.DATA_SYNC);
    assertSyncedInsteadOfForced("else the data lies behind the end of the file after a crash");
    assertEquals(4608, bed.file.durableSize());
    bed.write('C', 4096, 512, IoFlag.DATA_SYNC);
    assertEquals(true, forced().getLast());
  }

  @Test
  @Rule("CMP-6")
  void failedSyncMakesNoSizeDurable() throws IOException {
    use(durable("0..1 mapped").size(4096));
    bed.write('A', 4096, 512);
    bed.errors.failFlushes(Errno.EIO, 1);
    Expect.failure(Errno.EIO, () -> bed.file.sync(SyncScope.DATA));
    assertEquals(4096, bed.file.durableSize());
  }

  @Test
  @Rule("CMP-6")
  void sizeThatWasSetDuringASyncIsNotTakenForDurable() throws IOException {
    use(durable("0..1 mapped").file(one -> one.sync((synced, scope) -> synced.setSize(512))));
    bed.file.extendTo(8192);
    bed.file.sync(SyncScope.DATA);
    assertEquals(512, bed.file.durableSize(), "the sync may have looked before or after");
    bed.file.extendTo(4096);
    assertEquals(512, bed.file.durableSize());
  }

  @Test
  @Rule("CMP-6")
  void sizeThatWasSetBeforeASyncIsDurableAfterIt() throws IOException {
    use(durable("0..1 mapped"));
    bed.file.setSize(512);
    bed.file.extendTo(4096);
    assertEquals(512, bed.file.durableSize());
    bed.file.sync(SyncScope.DATA);
    assertEquals(4096, bed.file.durableSize());
  }

  @Test
  void fileThatItsDeviceLaysOutIsForcedAlwaysAsTheDeviceLooksAfterTheRest() throws IOException {
    use(durable("0..1 mapped").size(4096).traits(traits -> traits.withLaidOutByDevice(true)));
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 4096, 1).dirty());
    bed.write('A', 4096, 512);
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 4096, 1).dirty());
    bed.write('B', 4096, 512, IoFlag.DATA_SYNC);
    assertEquals(List.of(false, true), forced());
    assertEquals(List.of(), bed.journal.of("sync", "flush"));
  }
}
