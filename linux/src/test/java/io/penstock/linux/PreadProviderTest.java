package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.linux.abi.LoopDevice;
import io.penstock.rules.Rule;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How files are opened, and why not. */
class PreadProviderTest {
  private static final OpenMode CREATE =
      OpenMode.READ_WRITE.withCreation(OpenMode.Creation.IF_ABSENT);

  @TempDir Path directory;
  private final PreadProvider provider = new PreadProvider();

  @Test
  void isFoundAsAServiceAndAvailableHere() {
    DeviceProvider found =
        ServiceLoader.load(DeviceProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.name().equals("pread"))
            .findFirst()
            .orElseThrow();
    assertInstanceOf(PreadProvider.class, found);
    assertTrue(found.isAvailable(), () -> found.unavailabilityCause().orElse(""));
  }

  /** In a JVM of its own, since what was allowed once stays so. */
  @Test
  void saysWhatToDoWhereTheJvmDeniesNativeAccess() throws Exception {
    Path said = directory.resolve("said");
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--illegal-native-access=deny",
                "-cp",
                classPathOf(Denied.class, PreadProvider.class, DeviceProvider.class),
                Denied.class.getName(),
                said.toString())
            .inheritIO()
            .start();
    assertTrue(jvm.waitFor(60, TimeUnit.SECONDS));
    String cause = Files.readString(said);
    assertTrue(cause.contains("--enable-native-access=ALL-UNNAMED"), cause);
  }

  private static String classPathOf(Class<?>... classes) throws URISyntaxException {
    List<String> places = new ArrayList<>();
    for (Class<?> each : classes) {
      var place = each.getProtectionDomain().getCodeSource().getLocation().toURI();
      places.add(Path.of(place).toString());
    }
    return String.join(File.pathSeparator, places);
  }

  /** Writes why the provider is not available into the file it is given. */
  static final class Denied {
    public static void main(String[] arguments) throws IOException {
      String cause = new PreadProvider().unavailabilityCause().orElse("available");
      Files.writeString(Path.of(arguments[0]), cause);
    }
  }

  @Test
  @Rule("FILE-2")
  void limitsAreThoseOfTheFile() throws IOException {
    try (HostDevice device = provider.open(directory.resolve("file"), CREATE)) {
      var found = HostFacts.ofFile(directory.resolve("file"));
      int block = Math.max(512, Math.max(found.alignment().read(), found.alignment().write()));
      assertEquals(block, device.limits().logicalBlock());
      assertEquals(found.alignment().memory(), device.limits().memoryAlignment());
      assertEquals(found.alignment().atomicWriteMax(), device.limits().atomicWriteMax());
      assertEquals(found.alignment().read(), device.alignment().read());
      assertTrue(device.isDirect());
      assertFalse(device.limits().acceptsHeap());
      assertTrue(device.limits().runsInCaller());
    }
  }

  @Test
  void aFileThatMustBeThereIsNotCreated() {
    Path path = directory.resolve("none");
    BlockIoException failure = fails(Errno.ENOENT, path, OpenMode.READ_WRITE);
    assertTrue(failure.getMessage().contains("check the name"), failure.getMessage());
    assertFalse(Files.exists(path));
  }

  @Test
  void aNewFileMustNotBeThereAndIsItsOwners() throws IOException {
    Path path = directory.resolve("new");
    provider.open(path, OpenMode.CREATE_NEW).close();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    fails(Errno.EEXIST, path, OpenMode.CREATE_NEW);
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
    fails(Errno.EEXIST, link, OpenMode.CREATE_NEW);
    assertFalse(Files.exists(directory.resolve("target")));
  }

  @Test
  void aFileIsCreatedIfItIsAbsent() throws IOException {
    Path path = directory.resolve("file");
    provider.open(path, CREATE).close();
    Files.writeString(path, "content");
    provider.open(path, CREATE).close();
    assertEquals("content", Files.readString(path));
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
    provider.open(link, CREATE).close();
    assertTrue(Files.exists(directory.resolve("target")), "through a link to nothing");
  }

  @Test
  void onlyRegularFilesAndBlockDevicesAreOpened() throws Exception {
    fails(Errno.EISDIR, directory, OpenMode.READ);
    fails(Errno.EINVAL, Path.of("/dev/null"), OpenMode.READ_WRITE);
    Path pipe = directory.resolve("pipe");
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "skipped: no mkfifo");
    fails(Errno.EINVAL, pipe, OpenMode.READ);
  }

  @Test
  @Rule("FILE-4")
  void aFileSystemWithoutDirectIoIsRefusedUnlessTheFallbackIsAllowed() throws IOException {
    Path path = Path.of("/proc/self/status");
    BlockIoException failure = fails(Errno.EINVAL, path, OpenMode.READ);
    assertTrue(failure.getMessage().contains("file system proc"), failure.getMessage());
    assertTrue(failure.getMessage().contains("buffered fallback"), failure.getMessage());
    try (HostDevice device = provider.open(path, OpenMode.READ.withBufferedFallback(true))) {
      assertFalse(device.isDirect());
      assertEquals(1, device.alignment().unit());
      assertTrue(device.toString().contains("buffered"));
    }
  }

  @Test
  void aBlockDeviceInUseIsBusyUnlessThatIsAllowed() throws IOException {
    try (LoopDevice loop = LoopDevice.attach(512, 4 << 20);
        HostDevice user = provider.open(loop.path(), OpenMode.READ_WRITE)) {
      BlockIoException failure = fails(Errno.EBUSY, loop.path(), OpenMode.READ_WRITE);
      assertTrue(failure.getMessage().contains("in use"), failure.getMessage());
      try (HostDevice reader = provider.open(loop.path(), OpenMode.READ)) {
        assertEquals(user.identity(), reader.identity());
        assertEquals(4 << 20, reader.length());
        assertEquals(4 << 20, reader.size());
        assertFalse(reader.knowsHoles());
        assertEquals(17, reader.nextData(17));
        assertEquals(4 << 20, reader.nextHole(17));
        assertEquals(-1, reader.nextData(4 << 20));
      }
      BlockIoException fixed = assertThrows(BlockIoException.class, () -> user.setLength(1));
      assertEquals(Errno.EINVAL.number(), fixed.errno());
      assertFalse(user.preallocate(0, 4096));
      assertTrue(user.clear(0, 4096));
    }
  }

  private BlockIoException fails(Errno errno, Path path, OpenMode mode) {
    BlockIoException failure =
        assertThrows(BlockIoException.class, () -> provider.open(path, mode).close());
    assertEquals(errno.number(), failure.errno(), failure.getMessage());
    assertEquals(path.toString(), failure.subject());
    return failure;
  }
}
