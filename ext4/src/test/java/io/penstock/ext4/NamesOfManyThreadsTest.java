package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.proof.NameExercise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several threads change names at the same time, others look at them, another one syncs. */
class NamesOfManyThreadsTest {
  private static final long SEED = Long.getLong("penstock.seed", 20261126);
  private static final int WRITERS = 4;
  private static final int OPERATIONS = 800;

  @TempDir Path directory;

  @Test
  void eachFindsWhatItHasDone() throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    try (Image image =
        Image.blank(directory, 64L << 20).format("-t", "ext4", "-b", "1024", "-J", "size=1")) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
          ExecutorService threads =
              Executors.newCachedThreadPool(Thread.ofPlatform().name("names-", 0).factory())) {
        run(volume, threads);
      }
      Tools.Result fsck = Tools.run(List.of("e2fsck", "-fn", image.file().toString()));
      assertEquals(0, fsck.status(), fsck::said);
    }
  }

  private static void run(Ext4Volume volume, ExecutorService threads) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<NameExercise> exercises = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Ext4Node own = volume.root().createDirectory(Name.of("of-" + i), 0755);
      exercises.add(new NameExercise(SEED + i, volume, own, 50, 500));
    }
    List<Future<?>> writers = new ArrayList<>();
    for (NameExercise each : exercises) {
      Callable<NameExercise> task = () -> each.run(OPERATIONS);
      writers.add(threads.submit(task));
    }
    Callable<Long> reading = () -> lookAround(volume, done);
    Callable<Long> syncing = () -> syncAgainAndAgain(volume, done);
    Future<Long> reader = threads.submit(reading);
    Future<Long> syncer = threads.submit(syncing);
    try {
      for (Future<?> each : writers) {
        var _ = each.get();
      }
    } finally {
      done.set(true);
    }
    System.out.println(reader.get() + " names seen meanwhile, " + syncer.get() + " syncs");
    for (NameExercise each : exercises) {
      assertTrue(each.compare(volume) > 50);
    }
  }

  private static long syncAgainAndAgain(Ext4Volume volume, AtomicBoolean done) throws IOException {
    long syncs = 0;
    while (!done.get()) {
      volume.sync();
      syncs++;
    }
    return syncs;
  }

  private static long lookAround(Ext4Volume volume, AtomicBoolean done) throws IOException {
    long seen = 0;
    while (!done.get()) {
      seen += look(volume, volume.root());
    }
    return seen;
  }

  private static long look(Ext4Volume volume, Ext4Node directory) throws IOException {
    long seen = 0;
    try {
      Ext4Node.Entries entries = directory.entries();
      for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
        seen++;
        Ext4Node node = each.name().isDots() ? null : directory.child(each.name());
        if (node != null && node.kind() == FileKind.DIRECTORY) {
          seen += look(volume, node);
        }
      }
    } catch (BlockIoException failure) {
      // what was there a moment ago may have been removed; nothing else may happen
      if (!failure.is(Errno.ESTALE)) {
        throw failure;
      }
    }
    return seen;
  }
}
