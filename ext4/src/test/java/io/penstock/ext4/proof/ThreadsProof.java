package io.penstock.ext4.proof;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Several threads use one volume at the same time, each in a directory of its own: some change
 * names, some write files, one syncs, one looks at everything that the others do. Each has to find
 * what it has done, and e2fsck and our own check nothing.
 */
public final class ThreadsProof extends Exercise {
  private static final int NAMES = 3;
  private static final int FILES = 3;
  private static final long SMALL_CACHE = 64 << 10;

  private long names;
  private long seen;
  private long syncs;

  /** A proof of one way to make a volume. */
  public ThreadsProof(String options, Path directory) {
    super(options, directory);
  }

  /** The ways that are tried. */
  public static List<String> ways() {
    return List.of(
        "-t ext4",
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -O ^has_journal -b 2048",
        "-t ext4 -O inline_data -b 1024 -I 512",
        "-t ext3 -b 1024 -J size=1",
        "-t ext2 -b 1024");
  }

  @Override
  public String toString() {
    return operations
        + " operations, "
        + names
        + " names left, "
        + seen
        + " seen meanwhile, "
        + syncs
        + " syncs";
  }

  /** Has each thread do so many operations. */
  @Override
  public void run(long seed, long each) throws Exception {
    try (Image image = Image.blank(directory, 96L << 20).format(options.split(" "))) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, cacheFor(seed));
          ExecutorService threads =
              Executors.newCachedThreadPool(Thread.ofPlatform().name("volume-", 0).factory())) {
        onThreads(volume, threads, seed, Math.toIntExact(each));
      }
      WriteProof.requireWhole(image);
    }
  }

  /** For every second seed so small that most blocks are read again and again. */
  private static Ext4Options cacheFor(long seed) {
    return seed % 2 == 0 ? Ext4Options.WRITE : Ext4Options.WRITE.withCacheBytes(SMALL_CACHE);
  }

  private void onThreads(Ext4Volume volume, ExecutorService threads, long seed, int each)
      throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<Future<NameExercise>> exercises = new ArrayList<>();
    List<Future<FileLives>> lives = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      Ext4Node own = volume.root().createDirectory(Name.of("names-" + i), 0755);
      NameExercise exercise = new NameExercise(seed + i, volume, own, 50, 500);
      Callable<NameExercise> task = () -> exercise.run(each);
      exercises.add(threads.submit(task));
    }
    for (int i = 0; i < FILES; i++) {
      Ext4Node own = volume.root().createDirectory(Name.of("files-" + i), 0755);
      lives.add(threads.submit(new FileLives(seed + NAMES + i, volume, own, each)));
    }
    Callable<Long> looking = () -> lookAround(volume, done);
    Callable<Long> syncing = () -> syncAgainAndAgain(volume, done);
    Future<Long> looked = threads.submit(looking);
    Future<Long> synced = threads.submit(syncing);
    try {
      for (Future<NameExercise> exercise : exercises) {
        names += result(exercise).compare(volume);
        operations += each;
      }
      for (Future<FileLives> life : lives) {
        names += result(life).end();
        operations += each;
      }
    } finally {
      done.set(true);
    }
    seen += result(looked);
    syncs += result(synced);
  }

  private static <T> T result(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      throw new IOException("a thread failed: " + failure.getCause(), failure.getCause());
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
      seen += lookBelow(volume.root());
    }
    return seen;
  }

  private static long lookBelow(Ext4Node directory) throws IOException {
    long seen = 0;
    try {
      Ext4Node.Entries entries = directory.entries();
      for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
        seen++;
        Ext4Node node = each.name().isDots() ? null : directory.child(each.name());
        if (node != null) {
          seen += look(node);
        }
      }
    } catch (BlockIoException failure) {
      requireRemoved(failure);
    }
    return seen;
  }

  private static long look(Ext4Node node) throws IOException {
    try {
      for (String each : node.attributeNames()) {
        var _ = node.attribute(each);
      }
      switch (node.kind()) {
        case DIRECTORY -> {
          return lookBelow(node);
        }
        case SYMBOLIC_LINK -> {
          byte[] target = node.target();
          for (byte each : target) {
            if (each != target[0]) {
              throw new IOException(node + " leads to " + Name.of(target));
            }
          }
        }
        case REGULAR -> {
          node.runs(run -> {});
          try (Ext4File file = node.open()) {
            var _ = file.read(MemorySegment.ofArray(new byte[5000]), 0);
          }
        }
        default -> throw new IOException(node + " is a " + node.kind());
      }
    } catch (BlockIoException failure) {
      requireRemoved(failure);
    }
    return 0;
  }

  /** What was there a moment ago may have been removed; nothing else may happen. */
  private static void requireRemoved(BlockIoException failure) throws BlockIoException {
    if (!failure.is(Errno.ESTALE)) {
      throw failure;
    }
  }
}
