package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.proof.Configuration;
import io.penstock.ext4.proof.FillProof;
import io.penstock.ext4.proof.VolumeProof;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Volumes that the kernel or mke2fs filled are read as they read them. */
class MountedVolumeTest {
  private static final long SEED = 20261126;
  private static final int FILES = 120;

  @TempDir Path directory;

  static List<Configuration> ways() {
    return Configuration.few();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void everyFileIsReadAsItWasWritten(Configuration way) throws Exception {
    Comparison done = VolumeProof.run(way, directory, SEED, FILES);
    System.out.println(
        "seed "
            + SEED
            + ", mke2fs "
            + way.options()
            + ": "
            + done.files()
            + " files, "
            + done.bytes()
            + " bytes, "
            + done.extents()
            + " extents");
    assertTrue(done.files() > FILES, "files");
  }

  @Test
  void whatPenstockCopiesThereTheKernelReads() throws Exception {
    try (FillProof proof = new FillProof(directory, SEED, FILES)) {
      for (Configuration way : ways()) {
        Optional<Comparison> done = proof.run(way);
        System.out.println(
            "mke2fs " + way.options() + ": " + done.map(Comparison::files).orElse(0L) + " files");
        assertEquals(way.isWritable(), done.isPresent(), way.options());
      }
    }
  }
}
