package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The choice of an engine, where only this module's is there. */
class EnginesTest {
  private static final List<DeviceProvider> OWN = List.of(new PortableProvider());

  @Test
  void findsThePortableOne() {
    assertTrue(Engines.all().stream().map(DeviceProvider::name).toList().contains("portable"));
  }

  /** To look for them opens files, and the next open may come when there is no descriptor left. */
  @Test
  void areLookedForOnce() {
    List<DeviceProvider> first = Engines.all();
    List<DeviceProvider> again = Engines.all();
    for (int i = 0; i < first.size(); i++) {
      assertSame(first.get(i), again.get(i));
    }
    assertEquals(first.size(), again.size());
  }

  @Test
  @Rule("CMP-2")
  void theNumberOfAFileThatCannotBeOpenedByTheJdkIsKept() {
    assertEquals(
        Errno.EMFILE,
        JdkErrors.of(new FileNotFoundException("/a/b (1)/services (Too many open files)")));
    assertEquals(Errno.EIO, JdkErrors.of(new FileNotFoundException("/a/b")));
  }

  @Test
  void takesTheNextAndSaysWhyWhenTheBestIsNotThere() throws IOException {
    Engines.Choice choice = Engines.choose(Engines.AUTO, OpenMode.DEFAULT_DEPTH, OWN);
    assertEquals("portable", choice.provider().name());
    assertEquals(
        "uring is not available: not installed; pread is not available: not installed",
        choice.reason());
  }

  @Test
  void takesTheOneAskedFor() throws IOException {
    assertEquals("portable", Engines.choose("portable").provider().name());
  }

  @Test
  void refusesOneThatIsNotThereAndSaysWhichAre() {
    BlockIoException refused =
        assertThrows(
            BlockIoException.class, () -> Engines.choose("steam", OpenMode.DEFAULT_DEPTH, OWN));
    assertTrue(refused.is(Errno.ENODEV));
    assertEquals(
        "choose engine steam: ENODEV (no such device): there is no such engine; use auto or one of"
            + " portable",
        refused.getMessage());
  }
}
