package io.penstock.cli.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The parts of the copier that need no file. */
class PartsTest {
  private static List<Chunk> all(Chunks chunks) throws IOException {
    List<Chunk> all = new ArrayList<>();
    for (Chunk each = chunks.next(); each != null; each = chunks.next()) {
      all.add(each);
    }
    assertNull(chunks.next());
    return all;
  }

  @Test
  void dealsOutAFileInWholeUnits() throws IOException {
    assertEquals(List.of(), all(new Chunks(List.of(), 0, 8192, 512, false)));
    assertEquals(List.of(new Chunk(0, 512)), all(new Chunks(List.of(), 1, 8192, 512, false)));
    assertEquals(
        List.of(new Chunk(0, 8192), new Chunk(8192, 8192), new Chunk(16_384, 1024)),
        all(new Chunks(List.of(), 17_000, 8192, 512, false)));
  }

  @Test
  void dealsOutALongFileWithoutOverflow() throws IOException {
    Chunks chunks = new Chunks(List.of(), Long.MAX_VALUE / 2, 1 << 30, 4096, false);
    assertEquals(new Chunk(0, 1 << 30), chunks.next());
    assertEquals(new Chunk(1 << 30, 1 << 30), chunks.next());
  }

  @Test
  void findsBlocksOfZeros() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(5 * 4096 + 512);
      memory.set(ValueLayout.JAVA_BYTE, 4096, (byte) 1);
      memory.set(ValueLayout.JAVA_BYTE, 3 * 4096 - 1, (byte) 1);
      long end = memory.byteSize();
      assertEquals(4096, Zeros.skip(memory, 0, end, 4096));
      assertEquals(3 * 4096, Zeros.find(memory, 4096, end, 4096));
      assertEquals(end, Zeros.skip(memory, 3 * 4096, end, 4096));
      assertEquals(end, Zeros.find(memory, end, end, 4096));
    }
  }

  @Test
  void tellsFailuresOfTheNameTheUserKnows() {
    TemporaryName name = new TemporaryName(Path.of("/d/.tmp"), Path.of("/d/file"));
    IOException failure =
        name.explain(
            new BlockIoException(Errno.ENOSPC, "write", "/d/.tmp", 512, 1024, "free some space"));
    assertEquals(
        "write /d/file at 512 length 1024: ENOSPC (no space left on device): free some space",
        failure.getMessage());
    assertTrue(failure instanceof BlockIoException e && e.is(Errno.ENOSPC));
    IOException other = new BlockIoException(Errno.EIO, "read", "/d/source", "");
    assertEquals(other, name.explain(other));
    assertEquals(
        "/d/file: open /d/file: EACCES",
        name.explain(new FileSystemException("/d/.tmp", null, "open /d/.tmp: EACCES"))
            .getMessage());
  }
}
