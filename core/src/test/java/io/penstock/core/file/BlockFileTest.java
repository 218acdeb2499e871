package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.ClosedFileException;
import io.penstock.core.fixture.LogBook;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a file knows of itself, and how it ends for one who does not wait. F=4096. */
class BlockFileTest extends UsesTestBed {
  @Test
  void fileKnowsTheNameOfItsLayout() throws IOException {
    use(TestBed.of("0 mapped"));
    assertEquals(bed.layout.name(), bed.file.mapperName());
  }

  @Test
  @Rule("ZERO-8")
  void tailIsUncleanWhereverTheFileEndsInsideABlock() throws IOException {
    use(TestBed.of("0..2 mapped"));
    for (long size : new long[] {1, 1024, 4095, 4097, 8192 + 1024, 12287}) {
      bed.file.setSize(size);
      bed.file.noteUncleanTail(size);
      assertTrue(bed.file.hasUncleanTail(), "of " + size);
      bed.file.cleanedTail();
    }
    for (long size : new long[] {0, 4096, 12288}) {
      bed.file.setSize(size);
      bed.file.noteUncleanTail(size);
      assertFalse(bed.file.hasUncleanTail(), "of " + size);
    }
  }

  @Test
  @Rule("ADM-10")
  void closeThatDoesNotWaitTellsWhenTheLastRequestIsDone() throws IOException {
    use(
        TestBed.of("0 mapped")
            .holding()
            .file(file -> file.onClosed(() -> bed.journal.add("released"))));
    Submitted write = bed.submitWrite('A', 0, 512);
    bed.file.close(() -> bed.journal.add("told"));
    bed.file.close(() -> bed.journal.add("told again"));
    assertThrows(ClosedFileException.class, () -> bed.read(0, 512));
    assertEquals(List.of(), bed.journal.of("released", "told"));
    bed.hold.completeAll();
    assertEquals(512, write.bytes());
    List<String> once = List.of("released", "told", "told again");
    assertEquals(once, bed.journal.of("released", "told"));
    bed.file.close(() -> bed.journal.add("told late"));
    assertEquals("told late", bed.journal.of("released", "told").getLast());
  }

  @Test
  void listenerForWarningsThatThrowsEndsInTheLog() {
    IllegalStateException broken = new IllegalStateException("deaf");
    IOException cause = new IOException("lost");
    WarningListener deaf =
        (subject, what, why) -> {
          throw broken;
        };
    try (LogBook log = LogBook.open()) {
      WarningListener.guarded(deaf).warn("file", "something is wrong", cause);
      assertEquals(
          List.of("WARNING file: the listener for warnings threw; something is wrong: " + broken),
          log.lines());
    }
    assertSame(cause, broken.getSuppressed()[0]);
  }

  @Test
  @Rule("ADM-10")
  void closeThatDoesNotWaitNeedsNothingToRelease() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.file.close(() -> bed.journal.add("told"));
    assertEquals(List.of("told"), bed.journal.of("told"));
  }
}
