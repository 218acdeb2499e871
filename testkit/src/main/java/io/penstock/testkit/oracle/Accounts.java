package io.penstock.testkit.oracle;

import io.penstock.core.file.BlockFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bios and bytes that devices carried out, to be compared with what the engine counts (BIO-10). */
final class Accounts {
  private long bytesRead;
  private long bytesWritten;
  private long reads;
  private long writes;

  /** A bio was carried out. */
  void count(boolean write, long bytes) {
    if (write) {
      bytesWritten += bytes;
      writes++;
    } else {
      bytesRead += bytes;
      reads++;
    }
  }

  long bytesRead() {
    return bytesRead;
  }

  long bytesWritten() {
    return bytesWritten;
  }

  long reads() {
    return reads;
  }

  long writes() {
    return writes;
  }

  /** How the counters of a file and its devices are wrong, or null. */
  @Nullable String wrongCounters(BlockFile counted, List<ModelDevice> devices) {
    long deviceRead = 0;
    long deviceWritten = 0;
    for (ModelDevice each : devices) {
      deviceRead += each.counters().readBytes();
      deviceWritten += each.counters().writtenBytes();
    }
    boolean right =
        counted.counters().readBytes() == bytesRead
            && counted.counters().writtenBytes() == bytesWritten
            && counted.counters().reads() == reads
            && counted.counters().writes() == writes
            && deviceRead == bytesRead
            && deviceWritten == bytesWritten;
    return right
        ? null
        : "the file counts "
            + counted.counters()
            + ", its devices "
            + deviceRead
            + " bytes read and "
            + deviceWritten
            + " written; expected reads="
            + reads
            + " ("
            + bytesRead
            + " bytes) writes="
            + writes
            + " ("
            + bytesWritten
            + " bytes) (BIO-10)";
  }
}
