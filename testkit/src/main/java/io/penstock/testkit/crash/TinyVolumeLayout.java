package io.penstock.testkit.crash;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.testkit.layout.TinyVolume;
import java.io.IOException;
import java.util.function.BiFunction;

/** The testkit's own layout that survives crashes, to be tried, whole or with something broken. */
public final class TinyVolumeLayout implements CrashLayout {
  private final int blockSize;
  private final int reserved;
  private final BiFunction<TinyVolume, BlockDevice, BlockFile.Builder> file;

  /**
   * The layout as it is.
   *
   * @param blockSize bytes of a file block
   * @param reserved how many of the first blocks are set aside, unwritten, whenever it is opened
   */
  public TinyVolumeLayout(int blockSize, int reserved) {
    this(blockSize, reserved, (volume, device) -> volume.describe(volume));
  }

  private TinyVolumeLayout(
      int blockSize, int reserved, BiFunction<TinyVolume, BlockDevice, BlockFile.Builder> file) {
    this.blockSize = blockSize;
    this.reserved = reserved;
    this.file = file;
  }

  /** The same, but the file is described otherwise: by a layout with something broken. */
  public TinyVolumeLayout behind(BiFunction<TinyVolume, BlockDevice, BlockFile.Builder> other) {
    return new TinyVolumeLayout(blockSize, reserved, other);
  }

  @Override
  public void format(BlockDevice device) throws IOException {
    TinyVolume.format(device, blockSize);
  }

  @Override
  public BlockFile open(BlockDevice device, CompletionExecutor completions) throws IOException {
    TinyVolume volume = TinyVolume.open(device, blockSize);
    if (reserved > 0) {
      volume.reserve(0, reserved);
    }
    return file.apply(volume, device).completions(completions).build();
  }
}
