package io.penstock.failures.record;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check of what a killed writer leaves must be able to fail. */
class SurvivorsTest {
  private static final Way LOG = Way.APPEND_DATA_SYNC;
  private static final Way SLOTS = Way.SLOTS_DATA_SYNC;

  private final byte[] first = Records.bytes(0, 1);
  private final byte[] second = Records.bytes(1, 1);
  private final Acknowledgement one = new Acknowledgement(0, 1, 0);
  private final Acknowledgement two = new Acknowledgement(1, 1, first.length);

  private byte[] log(int length) {
    byte[] file = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, file, first.length, second.length);
    return Arrays.copyOf(file, length);
  }

  private static void wrong(Way way, byte[] file, List<Acknowledgement> acknowledged) {
    assertThrows(AssertionError.class, () -> Survivors.afterKill(way, file, acknowledged));
  }

  private static void right(Way way, byte[] file, List<Acknowledgement> acknowledged) {
    assertDoesNotThrow(() -> Survivors.afterKill(way, file, acknowledged));
  }

  @Test
  void aRecordThatWasNotAcknowledgedMayBeThereInPartAndPadded() {
    int all = first.length + second.length;
    right(LOG, log(all), List.of(one, two));
    right(LOG, log(all - 5), List.of(one));
    right(LOG, log(all + 100), List.of(one, two));
    right(LOG, new byte[0], List.of());
  }

  @Test
  void anAcknowledgedRecordThatIsMissingOrDamagedIsNoticed() {
    int all = first.length + second.length;
    wrong(LOG, log(all - 1), List.of(one, two));
    wrong(LOG, log(all), List.of(one, two, new Acknowledgement(0, 2, all)));
    byte[] damaged = log(all);
    damaged[20] ^= 1;
    wrong(LOG, damaged, List.of(one, two));
  }

  @Test
  void bytesThatNobodyWroteAreNoticed() {
    int all = first.length + second.length;
    byte[] garbage = log(all + 100);
    garbage[all + 50] = 7;
    wrong(LOG, garbage, List.of(one, two));
    wrong(LOG, log(all + 200_000), List.of(one, two));
  }

  @Test
  void aSlotHoldsItsNewestVersionOrPartsOfTheNext() {
    byte[] file = RecordWriter.slots(SLOTS);
    right(SLOTS, file, List.of());
    byte[] next = Records.bytes(3, 1, SLOTS.slotBytes());
    System.arraycopy(next, 0, file, 3 * next.length, 512);
    right(SLOTS, file, List.of());
    wrong(SLOTS, file, List.of(new Acknowledgement(3, 1, 3L * next.length)));
    System.arraycopy(next, 0, file, 3 * next.length, next.length);
    right(SLOTS, file, List.of(new Acknowledgement(3, 1, 3L * next.length)));
    wrong(SLOTS, file, List.of(new Acknowledgement(3, 2, 3L * next.length)));
  }

  @Test
  void whatWasToldBeforePowerWasLostMustBeThere() {
    byte[] file = log(first.length);
    assertDoesNotThrow(() -> Survivors.afterPowerLoss(LOG, file, List.of(one), List.of(one, two)));
    assertThrows(
        AssertionError.class,
        () -> Survivors.afterPowerLoss(LOG, file, List.of(one, two), List.of(one, two)));
  }
}
