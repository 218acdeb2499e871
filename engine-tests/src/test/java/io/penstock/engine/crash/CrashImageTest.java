package io.penstock.engine.crash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.MemoryDevice;
import io.penstock.testkit.crash.CrashChecker;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashRecorder;
import io.penstock.testkit.crash.CrashSweep;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checker can do with an image. */
class CrashImageTest {
  private static final int SIZE = 1 << 20;
  private static final int AT = 300 * 512;

  /** A device of zeros or of fives, on which one write of a 7 is in flight or lost. */
  private static void check(byte background, CrashChecker checker) {
    new CrashSweep(
            "image",
            seed -> {
              try (MemoryDevice memory = MemoryDevice.of(SIZE)) {
                memory.fill(background);
                CrashRecorder recorder = CrashRecorder.over(memory, true);
                DeviceIo.write(recorder, AT, sector(7));
                recorder.acknowledge("nothing");
                return recorder;
              }
            },
            checker)
        .run(CrashOptions.DEFAULT);
  }

  private static MemorySegment sector(int value) {
    byte[] bytes = new byte[512];
    Arrays.fill(bytes, (byte) value);
    return MemorySegment.ofArray(bytes);
  }

  @Test
  void aFileHasTheBytesOfTheImage(@TempDir Path directory) {
    for (byte background : new byte[] {0, 5}) {
      check(
          background,
          (image, crash) -> {
            Path file = directory.resolve("image");
            image.writeTo(file);
            byte[] written = Files.readAllBytes(file);
            assertArrayEquals(image.read(0, SIZE), written);
            assertEquals(background, written[SIZE - 1]);
          });
    }
  }

  @Test
  void whatIsWrittenToAnImageIsReadBackAndLeavesTheOthersAlone() {
    List<Byte> found = new ArrayList<>();
    check(
        (byte) 0,
        (image, crash) -> {
          found.add(image.read(AT, 1)[0]);
          DeviceIo.write(image, AT, sector(9));
          MemorySegment back = sector(0);
          DeviceIo.read(image, AT, back);
          assertEquals(-1, back.mismatch(sector(9)));
          assertEquals(0, image.read(AT + 512, 1)[0]);
        });
    assertEquals(List.of((byte) 7, (byte) 7, (byte) 0), found);
  }
}
