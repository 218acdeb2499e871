package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file whose size and claims others share. F=L=512. */
@Rule("FILE-6")
class SharedFileRulesTest extends UsesTestBed {
  private final FileState state = FileState.shared(4096);

  private TestBed.Builder shared(String table) {
    return TestBed.of(table).blockSize(512).file(file -> file.state(state));
  }

  @Test
  void sizeOfTheHostIsNotBelievedFromBeforeAWriteExtendsUntilItsSizeIsPublished()
      throws IOException {
    use(shared("0..15 mapped").holding());
    bed.layout.atEndOfIo(
        end -> {
          assertEquals(-1, state.unextended(), "in the hook that publishes still");
          assertEquals(8192, state.size());
        });
    Submitted write = bed.submitWrite('A', 4096, 4096);
    assertEquals(-1, state.unextended());
    bed.finish();
    assertEquals(4096, write.bytes());
    assertNotEquals(-1, state.unextended());
  }

  @Test
  void writeInsideTheFileExtendsNothing() throws IOException {
    use(shared("0..15 mapped").holding());
    long stamp = state.unextended();
    bed.submitWrite('A', 0, 4096);
    assertEquals(stamp, state.unextended(), "it ends at the size, not behind it");
    bed.finish();
    bed.submitRead(0, 4096);
    assertEquals(stamp, state.unextended());
  }

  @Test
  void failedExtensionIsOverToo() throws IOException {
    use(shared("0..15 mapped").holding());
    Submitted write = bed.submitWrite('A', 4096, 512);
    bed.hold.fail(0, new IOException("cable"));
    assertEquals("cable", write.anyError().getMessage());
    assertNotEquals(-1, state.unextended());
    assertEquals(4096, state.size());
  }

  @Test
  @Rule({"FILE-6", "ADM-12"})
  void writeWaitsForTheClaimOfAnotherHandle() throws IOException {
    use(shared("0..15 mapped"));
    BlockClaim others = new BlockClaim().setAlone(2, 3);
    assertTrue(state.exclusion().tryAcquire(others));
    Expect.failure(Errno.EAGAIN, () -> bed.write('A', 1024, 512, IoFlag.NOWAIT));
    Submitted write = bed.submitWrite('A', 512, 1024);
    Submitted beside = bed.submitWrite('B', 2048, 512);
    assertEquals(512, beside.bytes());
    bed.later.runAll();
    assertEquals(0, write.calls());
    state.exclusion().release(others);
    bed.later.runAll();
    assertEquals(1024, write.bytes());
    assertTrue(state.exclusion().isIdle());
  }

  @Test
  void durableSizeIsNotKnownWhereOthersMaySetIt() throws IOException {
    use(shared("0..15 mapped"));
    assertEquals(0, bed.file.durableSize());
    bed.file.sync(SyncScope.ALL);
    assertEquals(0, bed.file.durableSize());
    assertEquals(state, bed.file.state());
    assertEquals(9, bed.file.claimShift());
  }

  // --- what a file says of itself, and its end ---

  @Test
  void fileDescribesItself() throws IOException {
    use(TestBed.of("0 mapped").size(100));
    String text = bed.file.toString();
    assertTrue(text.startsWith("BlockFile file size=100 blockSize=4096 mapper="), text);
    assertTrue(text.endsWith(" device=disk inFlight=0"), text);
    assertEquals(12, bed.file.blockShift());
    assertEquals(12, bed.file.claimShift());
    bed.file.close();
    assertTrue(bed.file.toString().endsWith(" closed"));
    assertThrows(IllegalArgumentException.class, () -> bed.file.setSize(-1));
    bed.file.setSize(0);
    assertEquals(0, bed.file.size());
  }

  @Test
  @Rule("CMP-6")
  void failedSyncIsToldAgainWithItsOwnNumberUntilTheFileIsOpenedAgain() throws IOException {
    IOException[] failure = {null};
    use(
        TestBed.of("0 mapped")
            .sync(
                (synced, scope) -> {
                  if (failure[0] != null) {
                    throw failure[0];
                  }
                }));
    bed.file.throwStickyFailure();
    failure[0] = new IOException("cable");
    assertEquals(
        "cable", assertThrows(IOException.class, () -> bed.file.sync(SyncScope.ALL)).getMessage());
    failure[0] = null;
    Expect.failure(
        Errno.EIO,
        "sync file: EIO (input/output error): an earlier sync of this file failed, data may be"
            + " lost; open the file again and check it",
        () -> bed.file.sync(SyncScope.ALL));
    assertThrows(IOException.class, bed.file::throwStickyFailure);
  }

  @Test
  void whatRunsAfterCloseMayFailAndIsWarnedOf() throws IOException {
    use(
        TestBed.of("0 mapped")
            .file(
                file ->
                    file.onClosed(
                        () -> {
                          throw new IllegalStateException("oops");
                        })));
    bed.file.close();
    assertEquals(
        List.of("warning what was to run after close threw: java.lang.IllegalStateException: oops"),
        bed.journal.of("warning"));
    assertFalse(bed.file.requestsInFlight() > 0);
  }
}
