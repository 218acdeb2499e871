package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.device.HostDevice;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Maps of a file by seeking, when it changes under the one who seeks. */
class FileMapTest {
  /** A file of 8192 bytes whose next data and next hole are always at these places. */
  private static HostDevice host(long data, long hole) {
    return (HostDevice)
        Proxy.newProxyInstance(
            FileMapTest.class.getClassLoader(),
            new Class<?>[] {HostDevice.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "length" -> 8192L;
                  case "nextData" -> data;
                  case "nextHole" -> hole;
                  case "knowsHoles" -> true;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void dataThatIsBehindTheSeekerDoesNotTakeHimBack() throws IOException {
    FileMap map = FileMap.ofSeeking(host(0, 4096));
    assertEquals(
        List.of(
            new FileMap.Run(0, 4096, FileMap.Kind.DATA, -1, false),
            new FileMap.Run(4096, 8192, FileMap.Kind.DATA, -1, false)),
        map.runs());
  }

  @Test
  void dataBehindTheEndIsAHoleToTheEnd() throws IOException {
    assertEquals(
        List.of(FileMap.Run.hole(0, 8192)), FileMap.ofSeeking(host(1 << 20, 1 << 21)).runs());
  }

  @Test
  void aPathCannotCommandTheTerminal() {
    assertEquals(
        "no ?[2J here ?", FailureLine.oneLine(new IOException("no \u001b[2J here \u0007")));
  }
}
