package io.penstock.engine.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.LimitDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.NullDevice;
import io.penstock.testkit.Garbage;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceAllocationTest {
  @Test
  void nothingIsAllocatedPerBio() throws Exception {
    try (MemoryDevice memory = MemoryDevice.of(16 << 20);
        MemoryDevice narrow = MemoryDevice.of(16 << 20);
        NullDevice nothing = new NullDevice()) {
      LimitDevice limited = new LimitDevice(narrow, narrow.limits().withMaximum(4, 65536, 65536));
      PassingDevice passing = new PassingDevice(new PassingDevice(narrow));
      BioOwner owner = (bio, error) -> bio.release();
      Bio bio = new Bio(owner);
      MemorySegment piece = MemorySegment.ofArray(new byte[4096]);
      for (BlockDevice device : List.of(memory, limited, passing, nothing)) {
        long bytes =
            Garbage.ofThisThread(
                2_000,
                count -> {
                  for (int i = 0; i < count; i++) {
                    Direction direction = i % 2 == 0 ? Direction.WRITE : Direction.READ;
                    bio.begin(direction, device, (i % 1000) * 4096L, 0);
                    bio.add(piece, 0, 4096, false, 65536);
                    bio.markInFlight();
                    device.submit(bio);
                  }
                });
        // one object per bio would be 32000 bytes and more
        assertTrue(bytes < 2_000, device + " allocated " + bytes + " bytes in 2000 bios");
      }
    }
  }
}
