package io.penstock.testkit.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** What a file may hold, and nothing else. */
class ContentsTest {
  private final Contents contents = new Contents();
  private final MemorySegment memory = MemorySegment.ofArray(new byte[4096]);

  @Test
  void bytesOfTheWriterAreRightAndOneOtherIsNot() {
    contents.put(1000, 3000, 7);
    Pattern.fill(memory, 1000, 2000, 7, 1000);
    assertNull(contents.wrong(memory, 0, 4096, false));
    memory.set(ValueLayout.JAVA_BYTE, 2999, (byte) (memory.get(ValueLayout.JAVA_BYTE, 2999) + 1));
    assertNotNull(contents.wrong(memory, 0, 4096, false));
  }

  @Test
  void staleBytesAreCalledThat() {
    memory.set(ValueLayout.JAVA_BYTE, 5, (byte) Pattern.POISON);
    assertEquals(
        "byte 5 is -1 (what the device held before), expected that of zeros",
        contents.wrong(memory, 0, 4096, false));
  }

  @Test
  void whereAWriteFailedASectorIsOfOneWriterOrTheOther() {
    contents.put(0, 4096, 1);
    contents.mayBe(0, 4096, 2);
    Pattern.fill(memory, 0, 1024, 2, 0);
    Pattern.fill(memory, 1024, 3072, 1, 1024);
    assertNull(contents.wrong(memory, 0, 4096, false));
    Pattern.fill(memory, 1024, 100, 2, 1024);
    assertNotNull(contents.wrong(memory, 0, 4096, false), "half a sector of each");
  }

  @Test
  void memoryOfAFailedReadMayBeUntouchedButNotStale() {
    contents.put(0, 4096, 1);
    memory.fill((byte) Pattern.SENTINEL);
    assertNull(contents.wrong(memory, 0, 4096, true));
    assertNotNull(contents.wrong(memory, 0, 4096, false));
    memory.asSlice(512, 512).fill((byte) Pattern.POISON);
    assertNotNull(contents.wrong(memory, 0, 4096, true));
  }
}
