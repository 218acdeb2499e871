package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.metric.FileMetrics;
import io.penstock.core.metric.IoMetrics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredFileTest {
  @TempDir Path directory;

  @Test
  void aFileThatIsOpenedWithMetricsIsMeasuredUntilItIsClosed() throws Exception {
    IoMetrics metrics = new IoMetrics();
    DirectFileOptions options =
        DirectFileOptions.DEFAULT.withMetrics(metrics).withBufferedFallback(true);
    Path path = directory.resolve("data");
    try (DirectFile file =
        DirectFile.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            options)) {
      FileMetrics measured = metrics.files().getFirst();
      assertEquals(path.toString(), measured.name());
      int block = file.blockBytes();
      MemorySegment memory = Arena.ofAuto().allocate(2L * block, block);
      file.write(memory, 0);
      file.read(memory, 0);
      assertEquals(2L * block, measured.writes().bytes());
      assertEquals(2L * block, measured.reads().bytes());
      assertEquals(1, metrics.devices().size());

      long before = measured.writes().latency().count() + measured.reads().latency().count();
      file.write(memory.asSlice(0, 100), 17);
      long after = measured.writes().latency().count() + measured.reads().latency().count();
      assertTrue(after > before, "the steps of an unaligned write are measured too");
    }
    assertEquals(List.of(), metrics.files());
    assertEquals(List.of(), metrics.devices());
  }
}
