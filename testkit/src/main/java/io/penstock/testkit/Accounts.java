package io.penstock.testkit;

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

  /** Takes the counters as they are: what maintenance adds is not told apart. */
  void expectCounters(BlockFile counted, List<ModelDevice> devices) {
    bytesRead = counted.counters().readBytes();
    bytesWritten = counted.counters().writtenBytes();
    reads = counted.counters().reads();
    writes = counted.counters().writes();
    maintenanceRead = -bytesRead;
    maintenanceWritten = -bytesWritten;
    for (ModelDevice each : devices) {
      maintenanceRead += each.counters().readBytes();
      maintenanceWritten += each.counters().writtenBytes();
    }
  }

  private long maintenanceRead;
  private long maintenanceWritten;

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
            && deviceRead == bytesRead + maintenanceRead
            && deviceWritten == bytesWritten + maintenanceWritten;
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
