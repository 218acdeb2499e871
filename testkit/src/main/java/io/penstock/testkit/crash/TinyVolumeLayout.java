package io.penstock.testkit.crash;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.testkit.layout.TinyVolume;
import java.io.IOException;
import java.util.function.Function;

/** The testkit's own layout that survives crashes, to be tried, whole or with something broken. */
public final class TinyVolumeLayout implements CrashLayout {
  private final int blockSize;
  private final int reserved;
  private final Function<TinyVolume, BlockMapper> mapper;

  /**
   * The layout as it is.
   *
   * @param blockSize bytes of a file block
   * @param reserved how many of the first blocks are set aside, unwritten, whenever it is opened
   */
  public TinyVolumeLayout(int blockSize, int reserved) {
    this(blockSize, reserved, volume -> volume);
  }

  private TinyVolumeLayout(
      int blockSize, int reserved, Function<TinyVolume, BlockMapper> mapper) {
    this.blockSize = blockSize;
    this.reserved = reserved;
    this.mapper = mapper;
  }

  /** The same with something between the engine and the layout. */
  public TinyVolumeLayout behind(Function<TinyVolume, BlockMapper> other) {
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
    return volume.describe(mapper.apply(volume)).completions(completions).build();
  }
}
