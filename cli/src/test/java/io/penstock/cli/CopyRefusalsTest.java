package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything is written, in exactly which words. */
class CopyRefusalsTest {
  @TempDir private Path directory;
  private Path source;
  private Path target;

  @BeforeEach
  void makeFiles() throws IOException {
    source = Host.random(directory.resolve("source"), 10_000);
    target = Host.random(directory.resolve("target"), 123);
  }

  private static Outcome copy(Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "copy";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--engine";
    all[all.length - 1] = "portable";
    return Outcome.of(all);
  }

  private void assertNothingHappened() throws IOException {
    assertEquals(List.of("source", "target"), Host.names(directory));
    assertEquals(123, Files.size(target));
  }

  @Test
  void aMissingSource() throws IOException {
    Path missing = directory.resolve("missing");
    copy(missing, target)
        .failsWith(
            "penstock copy: open "
                + missing
                + ": ENOENT (no such file or directory): check the name");
    assertNothingHappened();
  }

  @Test
  void aDirectoryAsSource() throws IOException {
    copy(directory, target)
        .failsWith(
            "penstock copy: open "
                + directory
                + ": EISDIR (is a directory): name a file or a block device instead");
    assertNothingHappened();
  }

  @Test
  void aDirectoryAsDestination() throws IOException {
    copy(source, directory)
        .failsWith(
            "penstock copy: write "
                + directory
                + ": EISDIR (is a directory): name the file: "
                + directory.resolve("source"));
    assertNothingHappened();
  }

  @Test
  void aDestinationInADirectoryThatIsNotThere() throws IOException {
    Path nowhere = directory.resolve("nowhere/target");
    copy(source, nowhere)
        .failsWith(
            "penstock copy: create "
                + nowhere
                + ": ENOENT (no such file or directory): its directory is not there; create it"
                + " first");
    assertNothingHappened();
  }

  @Test
  void theSourceAsDestination() throws IOException {
    copy(source, source)
        .failsWith(
            "penstock copy: copy "
                + source
                + ": EINVAL (invalid argument): it is the same file as the source "
                + source
                + "; name another destination");
    assertNothingHappened();
  }

  @Test
  void theSourceByAnotherNameAsDestination() throws IOException {
    Path other = Files.createLink(directory.resolve("zzz"), source);
    copy(source, other)
        .failsWith(
            "penstock copy: copy "
                + other
                + ": EINVAL (invalid argument): it is the same file as the source "
                + source
                + "; name another destination");
    assertEquals(-1, Files.mismatch(source, other));
  }

  @Test
  void aLinkThatPointsNowhereAsDestination() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("zzz"), Path.of("nowhere"));
    copy(source, link)
        .failsWith(
            "penstock copy: follow the symbolic link "
                + link
                + ": ENOENT (no such file or directory): check the name");
  }

  @Test
  void whatIsNeitherFileNorBlockDevice() throws IOException {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "skipped: there is no " + device);
    String line =
        "penstock copy: open /dev/null: EINVAL (invalid argument): direct I/O is for regular files"
            + " and block devices; this is neither";
    copy(device, target).failsWith(line);
    copy(source, device).failsWith(line);
    assertNothingHappened();
  }

  @Test
  void aFileSystemWithoutDirectIo() throws IOException {
    Path file = Path.of("/proc/self/status");
    assumeTrue(Files.exists(file), "skipped: /proc is not mounted");
    copy(file, target)
        .failsWith(
            "penstock copy: open "
                + file
                + ": EINVAL (invalid argument): its file system does not support direct I/O on this"
                + " file; put it elsewhere, or allow the buffered fallback");
    assertNothingHappened();
  }

  @Test
  void anUnknownEngine() throws IOException {
    Outcome outcome = Outcome.of("copy", source, target, "--engine", "steam");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome
            .err()
            .startsWith(
                "penstock copy: choose engine steam: ENODEV (no such device): there is no such"
                    + " engine; use auto or one of "),
        outcome.err());
    assertNothingHappened();
  }

  @Test
  void aFileInADirectoryThatMayNotBeWritten() throws IOException {
    try (Host host = new Host()) {
      Path readOnly = host.mount(directory, "none", "tmpfs", "ro");
      Path file = readOnly.resolve("target");
      copy(source, file)
          .failsWith(
              "penstock copy: open "
                  + file
                  + ": EROFS (read-only file system): remount it writable, or use another place");
    }
  }

  @Test
  void aFileThatMayNotBeRead() throws IOException {
    assumeTrue(
        !"root".equals(System.getProperty("user.name")), "skipped: root may read every file");
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("-w-------"));
    copy(source, target)
        .failsWith(
            "penstock copy: open "
                + source
                + ": EACCES (permission denied): grant this user access");
    assertNothingHappened();
  }

  @Test
  void wrongUsageInOneLineWithStatusTwo() throws IOException {
    assertEquals(
        new Outcome(
            2,
            "",
            "penstock copy: Invalid value for option '--block-size': '1000' must be a multiple of"
                + " 512 from 512 to 1g, such as 64k or 1m; see penstock copy --help"),
        copy(source, target, "--block-size", "1000"));
    assertEquals(
        new Outcome(
            2, "", "penstock copy: Missing required parameter: 'DST'; see penstock copy --help"),
        copy(source));
    assertEquals(2, copy(source, target, "--depth", "0").status());
    assertEquals(2, copy(source, target, "--depth", "1000", "--block-size", "1g").status());
    assertNothingHappened();
  }

  @Test
  void aFailureForMachines() throws IOException {
    Path missing = directory.resolve("missing");
    Outcome outcome = copy(missing, target, "--json");
    assertEquals(1, outcome.status());
    assertEquals(
        "{\"failed\":{\"operation\":\"open\",\"path\":\""
            + missing
            + "\",\"errno\":2,\"error\":\"ENOENT\",\"message\":\"open "
            + missing
            + ": ENOENT (no such file or directory): check the name\"}}",
        outcome.out());
  }
}
