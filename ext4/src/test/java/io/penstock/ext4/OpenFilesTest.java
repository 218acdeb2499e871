package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.HostDevice;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a volume are opened, closed and deleted by several threads, and in completion handlers.
 */
class OpenFilesTest {
  @TempDir Path directory;

  /** Keeps what is sent to it, as long as it is closed. */
  private static final class Gate extends ForwardingDevice {
    private final List<Bio> kept = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    Gate(BlockDevice device) {
      super(device);
    }

    @Override
    public void submit(Bio bio) {
      if (closed) {
        kept.add(bio);
      } else {
        super.submit(bio);
      }
    }

    void letThrough(int index) {
      super.submit(kept.get(index));
    }
  }

  /** Its blocks are free only when nothing is on its way to them any more. */
  @Test
  void aFileThatAHandlerClosesIsDeletedWhenItsLastRequestHasEnded() throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format("-t", "ext4");
        IoArena arena = IoArena.ofShared()) {
      try (Gate gate = new Gate(image.writableDevice());
          Ext4Volume volume = Ext4Volume.open(gate, Ext4Options.WRITE)) {
        MemorySegment page = arena.allocate(4096, 4096);
        VolumeSpace before = volume.space();
        Ext4File file = volume.create(volume.root(), Name.of("file"), 0600).open();
        file.write(page, 0);
        volume.root().unlink(Name.of("file"));
        gate.closed = true;
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        IoHandler closing =
            (request, bytes, error) -> {
              try {
                assertThrows(IllegalStateException.class, volume::close);
                file.close();
                closed.complete(true);
              } catch (IOException | RuntimeException | Error failure) {
                closed.completeExceptionally(failure);
              }
            };
        CountDownLatch ended = new CountDownLatch(1);
        submit(file, page, closing);
        submit(file, page, (request, bytes, error) -> ended.countDown());
        gate.letThrough(0);
        assertTrue(closed.get(60, TimeUnit.SECONDS));
        assertEquals(before.freeInodes() - 1, volume.space().freeInodes());
        gate.closed = false;
        gate.letThrough(1);
        assertTrue(ended.await(60, TimeUnit.SECONDS));
        while (volume.space().freeInodes() != before.freeInodes()) {
          Thread.onSpinWait(); // a virtual thread deletes it
        }
      }
      image.assertWhole();
    }
  }

  @Test
  void everyFileThatCannotBeClosedIsTold() throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format("-t", "ext4");
        ErrorDevice device = new ErrorDevice(image.writableDevice())) {
      Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
      for (String name : List.of("one", "two", "three")) {
        Ext4File open = volume.create(volume.root(), Name.of(name), 0600).open();
        assertFalse(open.blockFile().isClosed());
        volume.root().unlink(Name.of(name)); // so that to close it is to change the volume
      }
      device.add(Fault.of(Errno.EIO));
      assertThrows(IOException.class, volume::sync);
      IOException failure = assertThrows(IOException.class, volume::close);
      assertEquals(
          3, failure.getSuppressed().length, "of the other two, and of the volume: " + failure);
    }
  }

  /** Who wants the same file waits until it is closed. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileThatIsBeingClosedKeepsNobodyFromOthers() throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format("-t", "ext4");
        IoArena arena = IoArena.ofShared();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      try (Gate gate = new Gate(image.writableDevice());
          Ext4Volume volume = Ext4Volume.open(gate, Ext4Options.WRITE)) {
        MemorySegment page = arena.allocate(4096, 4096);
        Ext4Node node = volume.create(volume.root(), Name.of("slow"), 0600);
        Ext4Node other = volume.create(volume.root(), Name.of("other"), 0600);
        Ext4File slow = node.open();
        slow.write(page, 0);
        gate.closed = true;
        submit(slow, page, (request, bytes, error) -> {});
        Future<?> closing = threads.submit(closing(slow));
        while (!slow.blockFile().isClosed()) {
          Thread.onSpinWait();
        }
        Callable<Ext4File> opening = node::open;
        Future<Ext4File> same = threads.submit(opening);
        other.open().close();
        assertFalse(same.isDone());
        assertFalse(closing.isDone());
        gate.closed = false;
        gate.letThrough(0);
        try (Ext4File again = same.get(60, TimeUnit.SECONDS)) {
          assertEquals(4096, again.size());
        }
        assertNotNull(closing.get(60, TimeUnit.SECONDS));
      }
      image.assertWhole();
    }
  }

  /** Nobody is left with a file of a volume that is closed. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileThatIsBeingOpenedIsClosedWithItsVolume() throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format("-t", "ext4", "-b", "1024");
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
          Ext4File file = volume.create(volume.root(), Name.of("file"), 0600).open()) {
        for (int i = 0; i < 20; i += 2) { // more runs than there is room for in the inode
          file.write(MemorySegment.ofArray(new byte[1024]), i * 1024L);
        }
      }
      try (Gate gate = new Gate(image.writableDevice());
          Ext4Volume volume = Ext4Volume.open(gate, Ext4Options.WRITE)) {
        Ext4Node node = volume.resolve("/file");
        gate.closed = true;
        Callable<Ext4File> opening = node::open;
        Future<Ext4File> opened = threads.submit(opening);
        while (gate.kept.isEmpty()) {
          Thread.onSpinWait();
        }
        Future<Boolean> closed = threads.submit(closing(volume));
        while (!isClosed(volume)) {
          Thread.onSpinWait();
        }
        gate.closed = false;
        gate.letThrough(0);
        assertTrue(closed.get(60, TimeUnit.SECONDS));
        assertTrue(opened.get(60, TimeUnit.SECONDS).blockFile().isClosed());
      }
      image.assertWhole();
    }
  }

  private static boolean isClosed(Ext4Volume volume) {
    try {
      volume.writer();
      return false;
    } catch (IOException closed) {
      return true;
    }
  }

  private static Callable<Boolean> closing(AutoCloseable what) {
    return () -> {
      what.close();
      return true;
    };
  }

  private static void submit(Ext4File file, MemorySegment page, IoHandler handler)
      throws IOException {
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.WRITE,
        file.blockFile(),
        IoVector.of(page),
        0,
        IoFlags.NONE,
        handler);
  }
}
