package io.penstock.ext4.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.host.Image;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of blocks is what they hold. */
class MetadataStoreTest {
  @TempDir Path directory;

  /** A device that does something before it reads. */
  private static final class Interrupted extends ForwardingDevice {
    Runnable before = () -> {};

    Interrupted(BlockDevice device) {
      super(device);
    }

    @Override
    public void submit(Bio bio) {
      before.run();
      super.submit(bio);
    }
  }

  @Test
  void aBlockThatChangesWhileItIsReadIsReadAgain() throws Exception {
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4");
        HostDevice host = image.device();
        Ext4Volume volume = Ext4Volume.open(host, Ext4Options.READ);
        Interrupted device = new Interrupted(host)) {
      Geometry geometry = volume.geometry();
      long number = geometry.descriptorBlock(0);
      MetadataStore store = new MetadataStore(device, geometry, 0, new IoCounters());
      MetadataBlock newer = new MetadataBlock(number, new byte[geometry.blockSize()]);
      device.before = () -> store.pin(newer);
      assertSame(newer, store.read(number));

      MetadataStore other = new MetadataStore(device, geometry, 0, new IoCounters());
      device.before =
          () -> {
            device.before = () -> {};
            other.pin(newer);
            other.unpin(newer);
          };
      assertSame(newer, other.read(number));
      assertEquals(0, other.pinnedBlocks());
    }
  }
}
