package io.penstock.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.DirectFiles;
import io.penstock.file.SequentialReader;
import io.penstock.file.SequentialWriter;
import io.penstock.file.StreamOptions;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.simulation.FaultPlan;
import io.penstock.testkit.simulation.SimulatedHost;
import io.penstock.testkit.simulation.VirtualClock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CookbookTest {
  @TempDir Path directory;

  @Test
  void aDurableWriteIsOneCall() throws Exception {
    Path path = directory.resolve("log");
    Files.write(path, new byte[8192]);
    durable(path);
    assertEquals(3, Files.readAllBytes(path)[4096]);
  }

  // sample: durable
  static void durable(Path path) throws IOException {
    try (IoArena arena = IoArena.ofShared();
        DirectFile file = DirectFile.open(path, READ, WRITE)) {
      IoVector group = IoVector.of(arena.allocate(4096, 4096).fill((byte) 3)); // kept, used again
      file.write(group, 4096, IoFlags.of(IoFlag.DATA_SYNC)); // written and durable when it returns
    }
  }

  // end of sample

  @Test
  void aCopyIsExactToTheByte() throws Exception {
    byte[] contents = new byte[3_000_017];
    new Random(20261126).nextBytes(contents);
    Path from = Files.write(directory.resolve("from"), contents);
    Path to = directory.resolve("to");
    assertEquals(contents.length, copy(from, to));
    assertArrayEquals(contents, Files.readAllBytes(to));
  }

  // sample: copy
  static long copy(Path from, Path to) throws IOException {
    StreamOptions chunks = StreamOptions.DEFAULT.withDepth(8); // of 1 MiB, on each side
    try (DirectFile source = DirectFile.open(from, READ);
        DirectFile target = DirectFile.open(to, WRITE, CREATE, TRUNCATE_EXISTING);
        SequentialReader reader = source.reader(0, chunks);
        SequentialWriter writer = target.writer(0, chunks)) {
      long bytes = reader.copyTo(writer); // read ahead and written behind at the same time
      writer.sync();
      return bytes;
    }
  }

  // end of sample

  @Test
  void whoeverOpensAFileThatIsReplacedFindsAllOfOneVersion() throws Exception {
    Path path = directory.resolve("manifest");
    replace(path, "version 1");
    replace(path, "version 2");
    assertEquals("version 2", Files.readString(path));
  }

  // sample: replace
  static void replace(Path path, String contents) throws IOException {
    DirectFiles.replace(path, file -> file.append(ByteBuffer.wrap(contents.getBytes(UTF_8))));
  }

  // end of sample

  @Test
  void aPageCacheReadsAPageOnceAndWritesWhatChanged() throws Exception {
    Path path = Files.write(directory.resolve("database"), new byte[64 * 4096]);
    try (IoArena arena = IoArena.ofShared();
        DirectFile file = DirectFile.open(path, READ, WRITE)) {
      PageCache cache = new PageCache(file, arena, 4096, 8);
      for (int round = 0; round < 2; round++) {
        for (int page = 0; page < 8; page++) {
          cache.page(page);
        }
      }
      assertEquals(8, file.counters().straight().reads());
      cache.page(3).set(ValueLayout.JAVA_BYTE, 0, (byte) 33);
      cache.changed(3);
      for (int page = 8; page < 64; page++) {
        cache.page(page); // drives page 3 out
      }
      assertEquals(33, cache.page(3).get(ValueLayout.JAVA_BYTE, 0));
      cache.page(60).set(ValueLayout.JAVA_BYTE, 5, (byte) 66);
      cache.changed(60);
      cache.checkpoint();
      byte[] all = Files.readAllBytes(path);
      assertEquals(33, all[3 * 4096]);
      assertEquals(66, all[60 * 4096 + 5]);
    }
  }

  @Test
  void aFaultIsReportedWithTheDevicesOwnNumber() throws Exception {
    BlockIoException failure = faulty();
    assertTrue(failure.is(Errno.EIO), failure::toString);
    assertEquals("EIO", Errno.of(failure.errno()).name());
  }

  // sample: faults
  static BlockIoException faulty() {
    ErrorDevice device = new ErrorDevice(MemoryDevice.of(1 << 20));
    device.add(Fault.of(Errno.EIO).on(Direction.WRITE).within(8192, 4096)); // a bad spot
    TableLayout layout = new TableLayout(device, 4096, 256);
    try (IoArena arena = IoArena.ofShared();
        BlockFile file = BlockFile.builder(device, layout).endOfIo(layout).build()) {
      MemorySegment data = arena.allocate(16_384, 4096);
      return assertThrows(BlockIoException.class, () -> DirectIo.write(file, IoVector.of(data), 0));
    }
  }

  // end of sample

  @Test
  void whatWasSyncedOutlivesAPowerCutAndASeedRepeatsTheRest() throws Exception {
    for (long seed = 1; seed <= 20; seed++) {
      long left = simulated(seed); // what was not synced may end at the end of its block
      assertTrue(left >= 1000 && left <= 2048, "seed " + seed + ": " + left);
      assertEquals(left, simulated(seed), "seed " + seed);
    }
  }

  // sample: simulated
  static long simulated(long seed) throws IOException {
    FaultPlan faults = FaultPlan.of(seed, EnumSet.of(FaultKind.LOST_CACHE, FaultKind.TORN_WRITE));
    SimulatedHost host = new SimulatedHost(new VirtualClock(), faults, QueueLimits.of(512), seed);
    DirectFileOptions there = DirectFileOptions.DEFAULT.withProvider(host);
    Path log = Path.of("log"); // a file of the simulated host
    try (DirectFile file = DirectFile.open(log, there, READ, WRITE, CREATE)) {
      file.append(ByteBuffer.allocate(1000));
      file.sync();
      file.append(ByteBuffer.allocate(1000)); // written, not synced
      host.cutPower();
    }
    host.restart();
    try (DirectFile file = DirectFile.open(log, there, READ)) {
      return file.size(); // at least 1000, which were synced; the rest is the seed's
    }
  }
  // end of sample
}
