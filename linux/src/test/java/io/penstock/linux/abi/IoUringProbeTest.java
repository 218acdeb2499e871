package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.linux.abi.IoUringProbe.Result;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class IoUringProbeTest {
  @Test
  void ringIsThereOrItsAbsenceIsExplained(TestReporter reporter) {
    Result result = IoUringProbe.probe();
    reporter.publishEntry("io_uring", result.isAvailable() ? "available" : result.cause());
    assertEquals(result.isAvailable(), result.cause().isEmpty());
    assertEquals(result.isAvailable(), result.features() != 0);
  }

  @Test
  void everyCauseNamesWhatForbidsAndWhatToDo() {
    assertCause(Errno.EPERM, OptionalInt.of(2), "io_uring_disabled=2", "sysctl -w");
    assertCause(Errno.EPERM, OptionalInt.of(1), "io_uring_disabled=1", "io_uring_group");
    assertCause(Errno.EPERM, OptionalInt.of(0), "seccomp", "--security-opt");
    assertCause(Errno.EPERM, OptionalInt.empty(), "seccomp", "--security-opt");
    assertCause(Errno.ENOSYS, OptionalInt.empty(), "kernel 5.4.0", "Linux 5.6");
    assertCause(Errno.ENOMEM, OptionalInt.empty(), "65536 bytes", "ulimit -l");
    assertCause(Errno.EMFILE, OptionalInt.empty(), "descriptors", "ulimit -n");
    assertCause(Errno.EINVAL, OptionalInt.empty(), "EINVAL", "other devices");
  }

  private static void assertCause(int errno, OptionalInt disabled, String reason, String remedy) {
    Result result = IoUringProbe.explain(errno, disabled, "5.4.0", 65536);
    assertFalse(result.isAvailable());
    assertTrue(result.reason().contains(reason), result::reason);
    assertTrue(result.remedy().contains(remedy), result::remedy);
  }
}
