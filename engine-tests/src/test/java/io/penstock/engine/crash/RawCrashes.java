package io.penstock.engine.crash;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.MemoryDevice;
import io.penstock.testkit.crash.CrashImage;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashPoint;
import io.penstock.testkit.crash.CrashRecorder;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Crashes of a device of four blocks without any layout. What is left is told as a word with one
 * digit for each block, which is what was last written to it: {@code 0200} has a 2 in the second.
 */
final class RawCrashes {
  static final int SECTOR = 512;
  static final int SECTORS = 4;

  /** Stands for: from here on what is left is collected. */
  static final String END = "end";

  /** What is done to the device. */
  interface Steps {
    void on(CrashRecorder device) throws IOException;
  }

  private RawCrashes() {}

  /** What crashes leave after these steps, on a device with a volatile cache. */
  static Set<String> after(Steps steps) {
    return after(true, UnaryOperator.identity(), steps);
  }

  static Set<String> after(boolean cache, UnaryOperator<BlockDevice> behind, Steps steps) {
    Set<String> left = new TreeSet<>();
    new CrashSweep(
            "raw",
            seed -> record(cache, behind, steps),
            (image, crash) -> {
              if (crash.acknowledged().contains(END)) {
                left.add(word(image));
              }
            })
        .run(CrashOptions.DEFAULT.withStates(8, 8, 60));
    return left;
  }

  static CrashRecorder record(boolean cache, UnaryOperator<BlockDevice> behind, Steps steps)
      throws IOException {
    try (MemoryDevice memory = MemoryDevice.of(SECTORS * SECTOR)) {
      CrashRecorder recorder = CrashRecorder.over(behind.apply(memory), cache, (byte) 0);
      steps.on(recorder);
      recorder.acknowledge(END);
      return recorder;
    }
  }

  /** Searches what {@code refuses} says is wrong. */
  static CrashReport search(CrashOptions options, Steps steps, Refusal refuses) {
    return new CrashSweep(
            "raw",
            seed -> record(true, UnaryOperator.identity(), steps),
            (image, crash) -> {
              if (refuses.refuses(word(image), crash)) {
                throw new IOException("refused " + word(image));
              }
            })
        .search(options);
  }

  /** Whether something is wrong with what is left. */
  interface Refusal {
    boolean refuses(String word, CrashPoint crash);
  }

  static String word(CrashImage image) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < SECTORS; i++) {
      byte[] sector = image.read((long) i * SECTOR, SECTOR);
      word.append(Arrays.equals(sector, filled(sector[0], 1)) ? "" + sector[0] : "?");
    }
    return word.toString();
  }

  /** Writes {@code digit} to so many blocks, and waits for it. */
  static void write(BlockDevice device, int sector, int sectors, int digit) throws IOException {
    DeviceIo.write(device, (long) sector * SECTOR, data(digit, sectors));
  }

  static MemorySegment data(int digit, int sectors) {
    return MemorySegment.ofArray(filled((byte) digit, sectors));
  }

  private static byte[] filled(byte digit, int sectors) {
    byte[] bytes = new byte[sectors * SECTOR];
    Arrays.fill(bytes, digit);
    return bytes;
  }
}
