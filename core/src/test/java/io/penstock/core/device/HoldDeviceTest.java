package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HoldDeviceTest {
  private final MemoryDevice memory = MemoryDevice.of(1 << 20);
  private final HoldDevice hold = new HoldDevice(memory);

  @AfterEach
  void close() throws IOException {
    hold.close();
  }

  private BioProbe write(int value) {
    byte[] bytes = new byte[512];
    bytes[0] = (byte) value;
    return BioProbe.write(hold, 0, bytes).submit();
  }

  @Test
  void nothingReachesTheDeviceBeforeItIsLetGo() {
    BioProbe write = write(1);
    assertEquals(-1, write.errno());
    assertEquals(0, memory.read(0, 1)[0]);
    assertFalse(hold.limits().runsInCaller());
    hold.complete(0);
    assertTrue(write.succeeded());
    assertEquals(1, memory.read(0, 1)[0]);
  }

  @Test
  void chosenBiosGoFirst() {
    BioProbe first = write(1);
    BioProbe second = write(2);
    hold.complete(1);
    assertTrue(second.succeeded());
    assertEquals(-1, first.errno());
    hold.complete(0);
    assertEquals(1, memory.read(0, 1)[0], "the order of completion decides");
  }

  @Test
  void randomOrderIsThatOfTheSeed() {
    assertEquals(orderOf(7), orderOf(7));
    assertFalse(orderOf(7).equals(orderOf(8)) && orderOf(7).equals(orderOf(9)));
  }

  private List<Integer> orderOf(long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int number = i;
      BioProbe.read(hold, 0, 512).then(() -> order.add(number)).submit();
    }
    hold.completeAll(new SplittableRandom(seed));
    assertEquals(10, order.size());
    return order;
  }

  @Test
  void completeAllTakesWhatHandlersSubmit() {
    List<Integer> order = new ArrayList<>();
    BioProbe second = BioProbe.read(hold, 0, 512).then(() -> order.add(2));
    BioProbe.read(hold, 0, 512)
        .then(
            () -> {
              order.add(1);
              second.submit();
            })
        .submit();
    hold.completeAll();
    assertEquals(List.of(1, 2), order);
    assertEquals(0, hold.pending());
  }

  @Test
  void failedBioNeverReachesTheDevice() {
    BioProbe write = write(1);
    hold.fail(0, new BlockIoException(Errno.EIO, "write", "test", ""));
    assertEquals(Errno.EIO.number(), write.errno());
    assertEquals(0, memory.read(0, 1)[0]);
  }

  @Test
  @Rule("CMP-11")
  void cancelledBioComesBackUnlessTheDeviceCannotGetItBack() {
    BioProbe write = write(1);
    assertSame(hold, hold.ignoreCancel(true));
    hold.cancel(write.bio, write.bio.generation());
    assertEquals(1, hold.pending());
    hold.ignoreCancel(false);
    hold.cancel(write.bio, write.bio.generation() - 1);
    assertEquals(1, hold.pending(), "another use of the bio");
    hold.cancel(write.bio, write.bio.generation());
    assertEquals(Errno.ECANCELED.number(), write.errno());
    assertEquals(0, hold.pending());
  }

  @Test
  @Rule("CMP-11")
  void cancelOfABioThatWasLetGoReachesTheDeviceBehind() {
    HoldDevice before = new HoldDevice(hold);
    BioProbe write = BioProbe.write(before, 0, new byte[512]).submit();
    before.complete(0);
    assertEquals(1, hold.pending());
    before.cancel(write.bio, write.bio.generation());
    assertEquals(Errno.ECANCELED.number(), write.errno());
  }

  @Test
  @Rule("ADM-12")
  void fullQueueRefusesNoWaitBiosOnly() {
    HoldDevice shallow = new HoldDevice(memory, 1);
    BioProbe first = BioProbe.read(shallow, 0, 512);
    first.bio.noWait(true);
    assertEquals(-1, first.submit().errno());
    BioProbe refused = BioProbe.read(shallow, 0, 512);
    refused.bio.noWait(true);
    assertEquals(Errno.EAGAIN.number(), refused.submit().errno());
    assertEquals(-1, BioProbe.read(shallow, 0, 512).submit().errno());
    shallow.completeAll();
  }

  @Test
  void testCanWaitForBiosToArrive() throws InterruptedException {
    assertFalse(hold.awaitPending(1, Duration.ofMillis(1)));
    Thread other = Thread.ofPlatform().name("submitter").start(() -> write(1));
    assertTrue(hold.awaitPending(1, Duration.ofSeconds(30)));
    other.join();
    assertEquals(512, hold.pending(0).length());
    hold.completeAll();
  }

  @Test
  void closeCompletesWhatIsHeld() throws IOException {
    BioProbe write = write(1);
    hold.close();
    assertEquals(Errno.ENODEV.number(), write.errno());
    assertEquals(Errno.ENODEV.number(), write(2).errno());
  }
}
