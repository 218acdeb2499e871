package io.penstock.cli;

import io.penstock.core.DirectIo;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import jdk.jfr.FlightRecorder;

/**
 * A program that reads pages until its input ends, a few hundred times a second: to be traced. Says
 * so when it has begun, and in the end how many recordings are left.
 */
final class TracedMain {
  static final int PAGE = 4096;

  private static final int PAUSE_MILLIS = 2;

  private TracedMain() {}

  /** No arguments. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    MemoryDevice disk = MemoryDevice.of(1 << 20);
    try (BlockFile file =
        BlockFile.builder(
                disk,
                (query, mapping) -> mapping.mapped(disk, query.firstBlock() * PAGE, query.blocks()))
            .name("traced")
            .blockSize(PAGE)
            .size(1 << 20)
            .build()) {
      IoVector page = IoVector.of(Arena.ofAuto().allocate(PAGE, PAGE));
      DirectIo.read(file, page, 0);
      System.out.println("reading");
      for (int i = 0; System.in.available() == 0; i++) {
        DirectIo.read(file, page, i % 256 * (long) PAGE);
        Thread.sleep(PAUSE_MILLIS); // only so that it does not want a whole processor
      }
    }
    boolean records = FlightRecorder.isInitialized();
    int left = records ? FlightRecorder.getFlightRecorder().getRecordings().size() : 0;
    System.out.println("recordings left: " + left);
  }
}
