package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.host.Image;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be read rightly is refused by name. */
class RefusedVolumeTest {
  @TempDir Path directory;

  private BlockIoException refusal(Image image) throws Exception {
    try (HostDevice device = image.device()) {
      return assertThrows(BlockIoException.class, () -> Ext4Volume.open(device, Ext4Options.READ));
    }
  }

  @ParameterizedTest
  @CsvSource({"-O encrypt, encrypt", "-O casefold, casefold", "-O journal_dev, journal_dev"})
  void featuresAreNamed(String options, String name) throws Exception {
    try (Image image =
        Image.blank(directory, 16L << 20).format(("-t ext4 " + options).split(" "))) {
      BlockIoException refusal = refusal(image);
      assertEquals(Errno.EOPNOTSUPP.number(), refusal.errno());
      assertTrue(refusal.getMessage().endsWith(": " + name), refusal::getMessage);
    }
  }

  @Test
  void unknownFeaturesAreNumbered() throws Exception {
    try (Image image =
        Image.blank(directory, 16L << 20).format("-t", "ext4", "-O", "^metadata_csum")) {
      image.debugfs("feature FEATURE_I30");
      BlockIoException refusal = refusal(image);
      assertTrue(refusal.getMessage().contains("bits 0x40000000"), refusal::getMessage);
    }
  }

  @Test
  void whatIsNoVolumeIsRefused() throws Exception {
    try (Image image = Image.blank(directory, 1 << 20)) {
      assertEquals(Errno.EINVAL.number(), refusal(image).errno());
    }
  }

  @Test
  void aVolumeThatIsCutShortIsRefused() throws Exception {
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4")) {
      try (var open = new java.io.RandomAccessFile(image.file().toFile(), "rw")) {
        open.setLength(8L << 20);
      }
      assertTrue(refusal(image).getMessage().contains("do not fit the device"));
    }
  }

  @Test
  void blocksSmallerThanTheDevicesAreRefused() throws Exception {
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4", "-b", "1024")) {
      MemoryDevice device =
          MemoryDevice.builder().size(16L << 20).limits(QueueLimits.of(4096)).build();
      byte[] whole = java.nio.file.Files.readAllBytes(image.file());
      io.penstock.ext4.host.MemoryImage.write(device, 0, whole);
      BlockIoException refusal =
          assertThrows(BlockIoException.class, () -> Ext4Volume.open(device, Ext4Options.READ));
      assertTrue(refusal.getMessage().contains("4096"), refusal::getMessage);
    }
  }
}
