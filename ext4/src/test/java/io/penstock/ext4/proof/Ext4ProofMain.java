package io.penstock.ext4.proof;

import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.MemoryImage;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.host.TreeMaker;
import io.penstock.testkit.Figures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * What {@code build/prove-ext4} runs: the ways to make a volume, then damage, then writing, then
 * many threads.
 */
public final class Ext4ProofMain {
  private long seed = System.nanoTime() & 0xFFFFFF;
  private int files = 5000;
  private String only = "";
  private long trials = 2500;
  private long trial = -1;
  private long operations = 15_000;
  private int threads = 5000;
  private Path figures;

  private Ext4ProofMain() {}

  public static void main(String[] args) throws Exception {
    Ext4ProofMain main = new Ext4ProofMain();
    for (int i = 0; i < args.length; i += 2) {
      if (args[i].equals("--help") || i + 1 == args.length) {
        System.out.println(
            "--seed N  --files N (5000; 0 for none)  --only TEXT  --trials N (2500)  --trial N"
                + "  --operations N (15000 on each volume)"
                + "  --threads N (5000 operations of each thread)  --figures FILE");
        return;
      }
      switch (args[i]) {
        case "--seed" -> main.seed = Long.parseLong(args[i + 1]);
        case "--files" -> main.files = Integer.parseInt(args[i + 1]);
        case "--only" -> main.only = args[i + 1];
        case "--trials" -> main.trials = Long.parseLong(args[i + 1]);
        case "--trial" -> main.trial = Long.parseLong(args[i + 1]);
        case "--operations" -> main.operations = Long.parseLong(args[i + 1]);
        case "--threads" -> main.threads = Integer.parseInt(args[i + 1]);
        case "--figures" -> main.figures = Path.of(args[i + 1]);
        default -> throw new IllegalArgumentException(args[i]);
      }
    }
    System.exit(main.run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    System.out.println("prove-ext4: seed " + seed);
    Path directory = Files.createTempDirectory("penstock-prove-ext4");
    Figures counted = new Figures().put("ext4.seed", seed);
    try {
      boolean good = trial >= 0 || files == 0 || ways(directory, counted);
      good &= trial >= 0 || files == 0 || filled(directory, counted);
      good &= trials == 0 || damage(directory, counted);
      good &= trial >= 0 || operations == 0 || writes(directory, counted);
      good &= trial >= 0 || threads == 0 || threads(directory, counted);
      if (figures != null) {
        counted.write(figures);
      }
      return good;
    } finally {
      Tools.must("rm", "-rf", directory.toString());
    }
  }

  /** Proves one way. */
  @FunctionalInterface
  private interface WayProof {
    /** Does it; empty where it is refused to write to such a volume, which has to be so. */
    Optional<Comparison> run(Configuration way) throws Exception;
  }

  private boolean ways(Path directory, Figures counted) {
    return eachWay(
        "", "ext4.", way -> Optional.of(VolumeProof.run(way, directory, seed, files)), counted);
  }

  private boolean filled(Path directory, Figures counted) throws Exception {
    try (FillProof proof = new FillProof(directory, seed, files)) {
      return eachWay("filled by Penstock: ", "ext4.filled-", proof::run, counted);
    } catch (TestAbortedException e) {
      System.out.println("filled by Penstock: " + e.getMessage());
      return true;
    }
  }

  /** Proves all ways that were asked for; whether none failed. */
  private boolean eachWay(String title, String figure, WayProof proof, Figures counted) {
    long ways = 0;
    long failed = 0;
    long skipped = 0;
    long refused = 0;
    long names = 0;
    long bytes = 0;
    long extents = 0;
    for (Configuration each : Configuration.all()) {
      if (!each.options().contains(only)) {
        continue;
      }
      long begin = System.nanoTime();
      String told;
      try {
        Comparison done = proof.run(each).orElse(null);
        if (done == null) {
          refused++;
          told = "not written to: refused by name";
        } else {
          ways++;
          names += done.files();
          bytes += done.bytes();
          extents += done.extents();
          told =
              done.files() + " files, " + done.bytes() + " bytes, " + done.extents() + " extents";
        }
      } catch (TestAbortedException e) {
        skipped++;
        told = e.getMessage();
      } catch (Exception e) {
        failed++;
        told =
            "FAILED: "
                + e
                + "; again with --seed "
                + seed
                + " --files "
                + files
                + " --trials 0 --operations 0 --threads 0 --only '"
                + each.options()
                + "'";
      }
      tell(title + each.options(), told, begin);
    }
    System.out.println(
        title
            + ways
            + " ways, "
            + failed
            + " failed, "
            + skipped
            + " skipped, "
            + refused
            + " refused");
    counted
        .put(figure + "ways", ways)
        .put(figure + "ways-skipped", skipped)
        .put(figure + "files", names)
        .put(figure + "bytes", bytes)
        .put(figure + "extents", extents);
    return failed == 0;
  }

  private static void tell(String what, String told, long begin) {
    System.out.printf(
        Locale.ROOT, "%-80s %s, %d s%n", what, told, (System.nanoTime() - begin) / 1_000_000_000);
  }

  private boolean writes(Path directory, Figures counted) {
    List<WriteProof> all =
        chosen(WriteProof.ways()).map(way -> new WriteProof(way, directory)).toList();
    long failed = eachVolume("written: ", all, operations, "--threads 0 --operations ");
    counted
        .put("ext4.write-volumes", all.size() - failed)
        .put("ext4.write-operations", operationsOf(all))
        .put("ext4.write-crashes", all.stream().mapToLong(WriteProof::crashes).sum());
    return failed == 0;
  }

  private boolean threads(Path directory, Figures counted) {
    List<ThreadsProof> all =
        chosen(ThreadsProof.ways()).map(way -> new ThreadsProof(way, directory)).toList();
    long failed = eachVolume("used by many threads: ", all, threads, "--operations 0 --threads ");
    counted
        .put("ext4.threads-volumes", all.size() - failed)
        .put("ext4.threads-operations", operationsOf(all));
    return failed == 0;
  }

  private Stream<String> chosen(List<String> ways) {
    return ways.stream().filter(each -> each.contains(only));
  }

  private static long operationsOf(List<? extends Exercise> all) {
    return all.stream().mapToLong(each -> each.operations).sum();
  }

  /** Does each exercise; how many have failed. */
  private long eachVolume(
      String title, List<? extends Exercise> all, long wanted, String repeatedBy) {
    long failed = 0;
    for (Exercise each : all) {
      long begin = System.nanoTime();
      String told;
      try {
        each.run(seed, wanted);
        told = each.toString();
      } catch (Exception | AssertionError e) {
        failed++;
        told =
            "FAILED after "
                + each.operations
                + " operations: "
                + e
                + "; again with --seed "
                + seed
                + " --files 0 --trials 0 "
                + repeatedBy
                + wanted
                + " --only '"
                + each.options
                + "'";
        e.printStackTrace(System.out);
      }
      tell(title + each.options, told, begin);
    }
    return failed;
  }

  private boolean damage(Path directory, Figures counted) throws Exception {
    long failed = 0;
    long found = 0;
    long refused = 0;
    long unnoticed = 0;
    List<String> volumes =
        List.of(
            "-t ext4 -b 1024",
            "-t ext4 -b 1024 -O ^metadata_csum",
            "-t ext2 -b 1024",
            "-t ext4 -b 1024 -O inline_data,^metadata_csum -I 512");
    for (int i = 0; i < volumes.size(); i++) {
      String options = volumes.get(i);
      DamageProof proof = proof(options, directory);
      long from = trial >= 0 ? trial : 0;
      long end = trial >= 0 ? trial + 1 : trials;
      for (long each = from; each < end; each++) {
        try {
          proof.trial(seed, each * volumes.size() + i);
        } catch (IllegalStateException e) {
          failed++;
          System.out.println(
              "FAILED: "
                  + options
                  + ": "
                  + e.getMessage()
                  + "; again with --seed "
                  + seed
                  + " --trial "
                  + each);
          e.printStackTrace(System.out);
        }
      }
      System.out.println(
          options
              + ": "
              + (end - from)
              + " ways of damage to "
              + proof.sectors()
              + " sectors, volume refused "
              + proof.refused()
              + ", found "
              + proof.found()
              + ", without effect "
              + proof.unnoticed());
      found += proof.found();
      refused += proof.refused();
      unnoticed += proof.unnoticed();
    }
    counted
        .put("ext4.damage-found", found)
        .put("ext4.damage-refused", refused)
        .put("ext4.damage-without-effect", unnoticed);
    return failed == 0;
  }

  /** A small volume in memory. */
  static DamageProof proof(String options, Path directory) throws Exception {
    Path source = Files.createTempDirectory(directory, "source");
    try (Image image = Image.blank(directory, 48L << 20)) {
      new TreeMaker(1, source, 60, false, true).withoutLargeAttributes().make();
      image.format((options + " -d " + source).split(" "));
      return new DamageProof(
          MemoryImage.load(image.file()),
          options.contains("ext4") && !options.contains("^metadata_csum"));
    } finally {
      Tools.must("rm", "-rf", source.toString());
    }
  }
}
