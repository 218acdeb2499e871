package io.penstock.engine.crash;

import static io.penstock.engine.crash.RawCrashes.after;
import static io.penstock.engine.crash.RawCrashes.data;
import static io.penstock.engine.crash.RawCrashes.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.HoldDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which states a crash can leave, and which it cannot. */
class CrashStatesTest {
  @Test
  void whatIsNotFlushedMayBeThereOrNotInAnyCombination() {
    assertEquals(
        Set.of("0000", "1000", "0200", "1200"),
        after(
            device -> {
              write(device, 0, 1, 1);
              write(device, 1, 1, 2);
            }));
  }

  @Test
  void whatCompletedBeforeAFlushBeganIsThere() {
    assertEquals(
        Set.of("1000", "1200"),
        after(
            device -> {
              write(device, 0, 1, 1);
              device.flush();
              write(device, 1, 1, 2);
            }));
  }

  @Test
  void whatCompletesDuringAFlushMayBeLost() {
    AtomicReference<BlockDevice> front = new AtomicReference<>();
    UnaryOperator<BlockDevice> writesMeanwhile =
        memory ->
            new ForwardingDevice(memory) {
              @Override
              public void flush() throws IOException {
                write(front.get(), 1, 1, 2);
                delegate().flush();
              }
            };
    assertEquals(
        Set.of("1000", "1200"),
        after(
            true,
            writesMeanwhile,
            device -> {
              front.set(device);
              write(device, 0, 1, 1);
              device.flush();
            }));
  }

  @Test
  void aForcedWriteIsThereAndNothingOlderComesBackInItsPlace() {
    assertEquals(
        Set.of("0002", "0102"),
        after(
            device -> {
              write(device, 3, 1, 1);
              write(device, 1, 1, 1);
              submit(device, 3, 1, 2).forced().now();
            }));
  }

  @Test
  void aWriteInFlightMayBeThereOrNotEvenIfItIsForced() {
    assertEquals(
        Set.of("0000", "0010"),
        after(
            true,
            HoldDevice::new,
            device -> {
              submit(device, 2, 1, 1).forced().now();
            }));
  }

  @Test
  void withoutACacheWhatWasReportedIsThere() {
    assertEquals(
        Set.of("1200"),
        after(
            false,
            UnaryOperator.identity(),
            device -> {
              write(device, 0, 1, 1);
              write(device, 1, 1, 2);
            }));
  }

  @Test
  void aWriteIsTornAnywhereBetweenItsBlocks() {
    assertEquals(
        Set.of("0000", "1000", "0100", "0010", "1100", "1010", "0110", "1110"),
        after(device -> write(device, 0, 3, 1)));
  }

  @Test
  void anAtomicWriteIsNeverTorn() {
    assertEquals(Set.of("0000", "1110"), after(device -> submit(device, 0, 3, 1).atomic().now()));
  }

  @Test
  void ofTwoWritesInARowTheLaterOneIsOnTop() {
    Set<String> left =
        after(
            device -> {
              write(device, 0, 2, 1);
              write(device, 0, 2, 2);
            });
    assertEquals(Set.of("0", "1", "2"), digitsOf(left, 0), left::toString);
    assertTrue(left.contains("1200"), "torn: the second on top of the first in one block only");
  }

  @Test
  void twoWritesInFlightTogetherAreOnTopOfEachOtherEitherWay() {
    Set<String> left =
        after(
            true,
            HoldDevice::new,
            device -> {
              submit(device, 0, 2, 1).atomic().now();
              submit(device, 1, 2, 2).atomic().now();
            });
    assertEquals(Set.of("0000", "1100", "0220", "1220", "1120"), left);
  }

  @Test
  void aWriteThatFailedIsThereOrNotForEver() {
    UnaryOperator<BlockDevice> failing =
        memory ->
            new ForwardingDevice(memory) {
              @Override
              public void submit(Bio bio) {
                if (bio.isWrite() && bio.deviceOffset() == 0) {
                  bio.complete(new BlockIoException(Errno.EIO, "write", name(), "for this test"));
                } else {
                  delegate().submit(bio);
                }
              }
            };
    assertEquals(
        Set.of("0200", "1200"),
        after(
            true,
            failing,
            device -> {
              submit(device, 0, 1, 1).now();
              write(device, 1, 1, 2);
              device.flush();
            }));
  }

  private static Set<String> digitsOf(Set<String> words, int index) {
    return words.stream().map(word -> word.substring(index, index + 1)).collect(Collectors.toSet());
  }

  private static Submission submit(BlockDevice device, int sector, int sectors, int digit) {
    Bio bio = new Bio((done, error) -> done.release());
    bio.begin(Direction.WRITE, device, (long) sector * RawCrashes.SECTOR, 0);
    long bytes = (long) sectors * RawCrashes.SECTOR;
    bio.add(data(digit, sectors), 0, bytes, false, bytes);
    return new Submission(device, bio);
  }

  /** A bio that nobody waits for. */
  private record Submission(BlockDevice device, Bio bio) {
    Submission forced() {
      bio.forcedUnitAccess(true);
      return this;
    }

    Submission atomic() {
      bio.atomic(true);
      return this;
    }

    void now() {
      bio.markInFlight();
      device.submit(bio);
    }
  }
}
