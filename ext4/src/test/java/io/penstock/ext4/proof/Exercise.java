package io.penstock.ext4.proof;

import java.nio.file.Path;

/** Something that is done to a volume made in one way, and what it has counted. */
abstract class Exercise {
  /** Of mke2fs. */
  final String options;

  /** For images. */
  final Path directory;

  /** Carried out so far. */
  long operations;

  Exercise(String options, Path directory) {
    this.options = options;
    this.directory = directory;
  }

  /** Carries out so many operations at least. */
  abstract void run(long seed, long wanted) throws Exception;

  /** What it has counted. */
  @Override
  public abstract String toString();
}
