package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.linux.abi.StatX;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alignments that cannot be: refused by an error that says so, not by whatever comes of them. */
@Rule("FILE-2")
class AlignmentAnswersTest {
  private static DirectIoAlignment answered(int offset, int atomicMin, int atomicMax)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = StatX.allocate(arena);
      stat.set(ValueLayout.JAVA_INT, 0, StatX.STATX_DIOALIGN | StatX.STATX_WRITE_ATOMIC);
      stat.set(ValueLayout.JAVA_INT, 152, 4);
      stat.set(ValueLayout.JAVA_INT, 156, offset);
      stat.set(ValueLayout.JAVA_INT, 168, atomicMin);
      stat.set(ValueLayout.JAVA_INT, 172, atomicMax);
      return AlignmentDiscovery.fromKernel(StatX.decode(stat), -1, "file");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 1000, Integer.MIN_VALUE, -1, 1 << 30})
  void anAlignmentThatCannotBeIsRefused(int offset) {
    BlockIoException failure = assertThrows(BlockIoException.class, () -> answered(offset, 0, 0));
    assertTrue(failure.is(Errno.EPROTO));
    assertTrue(
        String.valueOf(failure.getMessage())
            .contains("an alignment of reads to " + offset + " bytes"),
        failure.getMessage());
  }

  @Test
  void atomicWritesThatCannotBeAreRefused() {
    assertThrows(BlockIoException.class, () -> answered(512, 4096, 512));
    assertThrows(BlockIoException.class, () -> answered(512, -1, -1));
  }

  @Test
  void whatCanBeIsBelieved() throws IOException {
    assertEquals(65536, answered(512, 4096, 65536).atomicWriteMax());
    assertEquals(1 << 22, answered(1 << 22, 0, 0).read());
  }
}
