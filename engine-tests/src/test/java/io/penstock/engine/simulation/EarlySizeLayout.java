package io.penstock.engine.simulation;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.testkit.layout.SimpleLayout;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A layout that publishes the size when it allocates, before the data is there (ADM-8). */
final class EarlySizeLayout implements BlockMapper, EndOfIoHook {
  private static final int BLOCK = 4096;

  private final BlockMapper simple;
  private @Nullable BlockFile file;

  private EarlySizeLayout(BlockMapper simple) {
    this.simple = simple;
  }

  static BlockFile create(BlockDevice device) {
    EarlySizeLayout layout = new EarlySizeLayout(SimpleLayout.create(device, BLOCK).mapper());
    BlockFile file = BlockFile.builder(device, layout).blockSize(BLOCK).endOfIo(layout).build();
    layout.file = file;
    return file;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    simple.map(query, mapping);
    BlockFile published = file;
    if (query.intent() == MapIntent.ALLOCATE && published != null) {
      published.extendTo((query.firstBlock() + 1) * BLOCK);
    }
  }

  @Override
  public void endOfIo(EndOfIo end) throws IOException {
    ((EndOfIoHook) simple).endOfIo(end);
  }

  @Override
  public void truncate(long newSize) throws IOException {
    simple.truncate(newSize);
  }
}
