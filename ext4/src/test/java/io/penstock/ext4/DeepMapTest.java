package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A map grows deep and becomes flat again, and is right at every step. */
class DeepMapTest {
  private static final long SEED = 20261126;
  private static final int BLOCK = 1024;
  private static final int BLOCKS = 5_000;

  @TempDir Path directory;
  private Image image;
  private byte[] expected;

  @ParameterizedTest
  @ValueSource(
      strings = {"-t ext4 -b 1024 -J size=1", "-t ext4 -b 1024 -O ^has_journal", "-t ext3 -b 1024"})
  @Rule("FILE-1")
  void aMapOfThousandsOfRunsIsRight(String options) throws Exception {
    expected = new byte[BLOCKS * BLOCK];
    try (Image made = Image.blank(directory, 64L << 20).format(options.split(" "))) {
      image = made;
      step(file -> writeOnly(file, 0));
      int runs = runs();
      System.out.println("seed " + SEED + ", mke2fs " + options + ": " + runs + " runs");
      assertTrue(runs > BLOCKS / 2, runs + " runs");
      step(file -> punchSome(file));
      step(file -> writeOnly(file, 1));
      step(file -> truncate(file, BLOCKS * BLOCK / 3 + 77));
      step(file -> truncate(file, BLOCKS * BLOCK));
      step(file -> punch(file, 0, BLOCKS * BLOCK));
      assertEquals(1, runs(), "runs of a file that is one hole");
    }
  }

  private interface Step {
    void run(Ext4File file) throws IOException;
  }

  private void step(Step step) throws IOException {
    try (HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      if (volume.root().find(Name.of("deep")) == null) {
        volume.create(volume.root(), Name.of("deep"), 0600);
      }
      try (Ext4File file = volume.resolve("deep").open()) {
        step.run(file);
        byte[] found = new byte[expected.length];
        assertEquals(file.size(), file.read(MemorySegment.ofArray(found), 0));
        assertArrayEquals(expected, found);
      }
    }
    image.assertWhole();
    try (HostDevice device = image.device();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      assertEquals(List.of(), volume.check().findings());
    }
  }

  private int runs() throws IOException {
    int[] runs = new int[1];
    try (HostDevice device = image.device();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      volume.resolve("deep").runs(run -> runs[0]++);
    }
    return runs[0];
  }

  /** Writes every second block, in an order of chance. */
  private void writeOnly(Ext4File file, int odd) throws IOException {
    List<Integer> order = new ArrayList<>();
    for (int i = odd; i < BLOCKS; i += 2) {
      order.add(i);
    }
    Random random = new Random(SEED + odd);
    Collections.shuffle(order, random);
    byte[] data = new byte[BLOCK];
    for (int each : order) {
      random.nextBytes(data);
      file.write(MemorySegment.ofArray(data), (long) each * BLOCK);
      System.arraycopy(data, 0, expected, each * BLOCK, BLOCK);
    }
    file.truncate((long) BLOCKS * BLOCK);
  }

  private void punchSome(Ext4File file) throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < 60; i++) {
      punch(file, random.nextInt(expected.length), random.nextInt(200_000));
    }
  }

  private void punch(Ext4File file, int position, int length) throws IOException {
    file.punchHole(position, length);
    Arrays.fill(expected, position, Math.min(expected.length, position + length), (byte) 0);
  }

  private void truncate(Ext4File file, int size) throws IOException {
    file.truncate(size);
    byte[] cut = Arrays.copyOf(expected, size);
    expected = Arrays.copyOf(cut, size);
  }
}
