package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.MemoryImage;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.proof.NameExercise;
import io.penstock.rules.Rule;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.crash.CrashImage;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashPoint;
import io.penstock.testkit.crash.CrashRecorder;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After a crash the names of a volume with a journal are those there were after one of the changes:
 * the last that was synced, or one that was begun since. Never half a change.
 */
class NameCrashTest {
  private static final long SEED = Long.getLong("penstock.ext4.seed", 1);
  private static final long STATES = Long.getLong("penstock.ext4.states", 120);
  private static final int CHANGES = 150;
  private static final int ASKED_OF_FSCK = 20;

  @TempDir Path directory;

  /** What there was after each change, in words. */
  private final List<String> known = new ArrayList<>();

  private long checked;

  /** A change was begun, or is durable. */
  private record Change(int number) {}

  private CrashRecorder record(MemoryDevice disk, long seed, UnaryOperator<BlockDevice> sabotage)
      throws IOException {
    known.clear();
    CrashRecorder recorder = CrashRecorder.over(disk, true);
    BlockDevice device = CrashVolume.wholeSuperblock(sabotage.apply(recorder));
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      NameExercise exercise = new NameExercise(seed, volume, 60, 300);
      known.add(exercise.describe());
      volume.sync();
      recorder.acknowledge(new Change(0));
      for (int i = 1; i <= CHANGES; i++) {
        recorder.begin(new Change(i));
        exercise.run(1);
        known.add(exercise.describe());
        if (i % 12 == 0) {
          volume.sync();
          recorder.acknowledge(new Change(i));
        }
      }
    }
    recorder.acknowledge(new Change(CHANGES));
    return recorder;
  }

  private void check(CrashImage image, CrashPoint crash) throws IOException {
    List<Change> durable = crash.acknowledged(Change.class);
    if (durable.isEmpty()) {
      return; // the exercise is not set up yet
    }
    List<Change> begun = crash.begun(Change.class);
    int first = durable.getLast().number();
    int last = begun.isEmpty() ? 0 : begun.getLast().number();
    if (checked++ % ASKED_OF_FSCK == 0) {
      askFsck(image);
    }
    try (Ext4Volume volume = Ext4Volume.open(image, Ext4Options.WRITE)) {
      String found = NameExercise.describe(volume);
      if (!known.subList(first, Math.max(first, last) + 1).contains(found)) {
        throw new IOException(
            "the names are not those after one of the changes " + first + " to " + last);
      }
    }
    try (Ext4Volume volume = Ext4Volume.open(image, Ext4Options.READ)) {
      if (!volume.check().isClean()) {
        throw new IOException("found " + volume.check().findings());
      }
    }
  }

  private void askFsck(CrashImage image) throws IOException {
    Path file = directory.resolve("crashed.img");
    image.writeTo(file);
    Tools.Result first = Tools.run(List.of("e2fsck", "-fp", file.toString()));
    Tools.Result second = Tools.run(List.of("e2fsck", "-fn", file.toString()));
    Files.delete(file);
    if (first.status() > 1 || second.status() != 0) {
      throw new IOException("e2fsck -fp: " + first + ", then -fn: " + second);
    }
  }

  private CrashReport sweep(String options, UnaryOperator<BlockDevice> sabotage) throws Exception {
    MemoryDevice disk;
    try (Image image = Image.blank(directory, 6L << 20).format(options.split(" "))) {
      byte[] contents = Files.readAllBytes(image.file());
      disk =
          MemoryDevice.builder()
              .name("crash disk")
              .size(contents.length)
              .limits(
                  QueueLimits.of(512)
                      .withMemoryAccess(true, true)
                      .withForcedUnitAccess(true)
                      .withAtomicWrites(512, 64 << 10))
              .build();
      MemoryImage.write(disk, 0, contents);
    }
    return new CrashSweep(options, seed -> record(disk, seed, sabotage), this::check)
        .run(CrashOptions.DEFAULT.withSeed(SEED).withMaxStates(STATES));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4 -b 1024 -J size=1",
        "-t ext3 -b 1024 -J size=1 -I 128",
        "-t ext4 -b 1024 -J size=1 -O ^metadata_csum,^64bit"
      })
  @Rule("CMP-6")
  void namesAreThoseAfterOneOfTheChanges(String options) throws Exception {
    CrashReport report = sweep(options, device -> device);
    System.out.println(
        "seed "
            + SEED
            + " (-Dpenstock.ext4.seed), mke2fs "
            + options
            + ": "
            + report.states()
            + " states of "
            + report.writes()
            + " writes");
    assertTrue(report.states() >= Math.min(STATES, 100) / 2, report::toString);
  }

  /** A disk that does not flush is found out. */
  @Test
  void aFlushThatIsLeftOutIsFound() {
    Divergence found =
        assertThrows(
            Divergence.class,
            () ->
                sweep(
                    "-t ext4 -b 1024 -J size=1",
                    device ->
                        new ForwardingDevice(device) {
                          @Override
                          public void flush() {}
                        }));
    assertEquals(true, found.getMessage().contains("change"), found::getMessage);
  }
}
