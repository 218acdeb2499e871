package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.MemoryImage;
import io.penstock.rules.Rule;
import io.penstock.testkit.Pattern;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a write in flight has been given nobody else sees before the data is there. */
class LiveMapTest {
  private static final int BLOCKS = 20;

  @TempDir Path directory;

  /** Holds back what nobody waits for. */
  private static final class Holding extends ForwardingDevice {
    private final List<Bio> held = new ArrayList<>();

    Holding(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public synchronized void submit(Bio bio) {
      if (bio.isSynchronous()) {
        delegate().submit(bio);
      } else {
        held.add(bio);
      }
    }

    synchronized List<Bio> take() {
      List<Bio> all = List.copyOf(held);
      held.clear();
      return all;
    }

    void letGo() {
      take().forEach(delegate()::submit);
    }

    void fail() {
      take()
          .forEach(
              bio -> bio.complete(new BlockIoException(Errno.EIO, "write", name(), "planted")));
    }
  }

  private Holding device(String options) throws Exception {
    try (Image image = Image.blank(directory, 0)) {
      byte[] poison = new byte[16 << 20];
      Arrays.fill(poison, (byte) Pattern.POISON);
      Files.write(image.file(), poison);
      image.format((options + " -E nodiscard").split(" "));
      MemoryDevice memory = MemoryImage.load(image.file());
      return new Holding(memory);
    }
  }

  private static CompletableFuture<Long> submit(BlockFile file, long block, int blocks)
      throws IOException {
    MemorySegment data = Arena.ofAuto().allocate((long) blocks * file.blockSize(), 4096);
    data.fill((byte) 0x11);
    CompletableFuture<Long> result = new CompletableFuture<>();
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.WRITE,
        file,
        IoVector.of(data),
        block * file.blockSize(),
        IoFlags.NONE,
        (request, bytes, error) -> {
          if (error == null) {
            result.complete(bytes);
          } else {
            result.completeExceptionally(error);
          }
        });
    return result;
  }

  private static MappingKind ask(BlockFile file, long block, MapIntent intent) throws IOException {
    Mapping mapping = new Mapping().clear();
    file.mapper().map(new MapQuery().set(block, 1, intent, false, file.size()), mapping);
    return mapping.kind();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t ext4 -b 4096", "-t ext2 -b 1024"})
  @Rule("MAP-11")
  void blocksOfAWriteInFlightAreDataForNobodyElse(String options) throws Exception {
    Holding device = device(options);
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
        Ext4File opened = volume.create(volume.root(), Name.of("file"), 0600).open();
        Closeable _ = device::letGo) {
      BlockFile file = opened.blockFile();
      CompletableFuture<Long> write = submit(file, 0, BLOCKS);
      for (int block = 0; block < BLOCKS; block++) {
        MappingKind seen = ask(file, block, MapIntent.LOOK_UP);
        assertTrue(seen == MappingKind.HOLE || seen == MappingKind.UNWRITTEN, seen::toString);
        assertEquals(MappingKind.UNWRITTEN, ask(file, block, MapIntent.ALLOCATE));
      }
      volume.sync();
      assertEquals(0, volume.node(opened.node().number()).inode().sectors());
      device.letGo();
      assertEquals((long) BLOCKS * file.blockSize(), write.get());
      for (int block = 0; block < BLOCKS; block++) {
        assertEquals(MappingKind.MAPPED, ask(file, block, MapIntent.LOOK_UP));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t ext4 -b 4096", "-t ext2 -b 1024"})
  @Rule("ZERO-3")
  void blocksOfAFailedWriteAreNeverSeen(String options) throws Exception {
    Holding device = device(options);
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
        Ext4File opened = volume.create(volume.root(), Name.of("file"), 0600).open();
        Closeable _ = device::letGo) {
      BlockFile file = opened.blockFile();
      long free = volume.space().freeBlocks();
      CompletableFuture<Long> write = submit(file, 0, BLOCKS);
      device.fail();
      assertThrows(ExecutionException.class, write::get);
      assertEquals(0, file.size());
      CompletableFuture<Long> behind = submit(file, BLOCKS, 1);
      while (!behind.isDone()) {
        device.letGo(); // what a failed write may have left behind the end is zeroed first
        Thread.onSpinWait();
      }
      behind.get();
      byte[] found = new byte[(BLOCKS + 1) * file.blockSize()];
      assertEquals(found.length, opened.read(MemorySegment.ofArray(found), 0));
      byte[] expected = new byte[found.length];
      Arrays.fill(expected, BLOCKS * file.blockSize(), expected.length, (byte) 0x11);
      assertArrayEquals(expected, found);
      opened.truncate(0);
      assertEquals(free, volume.space().freeBlocks());
    }
  }
}
