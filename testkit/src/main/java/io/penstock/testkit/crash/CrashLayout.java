package io.penstock.testkit.crash;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import java.io.IOException;

/** A layout that keeps a file on a device, to be tried by {@link FileWorkload}. */
public interface CrashLayout {
  /** Puts an empty file on {@code device}. */
  void format(BlockDevice device) throws IOException;

  /**
   * Opens the file, recovering it if there was a crash.
   *
   * @param device belongs to the caller
   * @param completions for the file; what it is given runs at the workload's word
   */
  BlockFile open(BlockDevice device, CompletionExecutor completions) throws IOException;

  /**
   * Checks more of a recovered image than the file's contents; nothing by default.
   *
   * @throws IOException what is wrong
   */
  default void verify(CrashImage image) throws IOException {}
}
