package io.penstock.linux.abi;

import static io.penstock.linux.abi.TempFile.succeeds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameCallsTest {
  @TempDir Path directory;

  @Test
  void missingFileIsToldByItsErrorNumber() {
    assertEquals(-Errno.ENOENT, NameCalls.open(directory.resolve("none"), 0, 0));
  }

  @Test
  void exclusiveCreationFindsAnExistingFile() {
    Path path = directory.resolve("file");
    TempFile.open(path, OpenFlags.O_EXCL).close();
    int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
    assertEquals(-Errno.EEXIST, NameCalls.open(path, flags, 0600));
  }

  @Test
  void flagsThatDifferBetweenArchitecturesAreTheRightOnes() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    assertEquals(-Errno.ELOOP, NameCalls.open(link, OpenFlags.O_NOFOLLOW, 0));
    assertEquals(
        -Errno.ENOTDIR,
        NameCalls.open(Files.createFile(directory.resolve("file")), OpenFlags.O_DIRECTORY, 0));
  }

  @Test
  void descriptorDoesNotLeakIntoChildren() throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      String info = Files.readString(Path.of("/proc/self/fdinfo/" + file.fd()));
      int flags =
          info.lines()
              .filter(line -> line.startsWith("flags:"))
              .mapToInt(line -> Integer.parseInt(line.substring(6).strip(), 8))
              .findFirst()
              .orElseThrow();
      assertTrue(OpenFlags.has(flags, OpenFlags.O_CLOEXEC));
    }
  }

  @Test
  void renameReplacesOnlyWhenAllowed() throws IOException {
    Path from = Files.writeString(directory.resolve("from"), "from");
    Path to = Files.writeString(directory.resolve("to"), "to");
    assertEquals(-Errno.EEXIST, NameCalls.rename(from, to, NameCalls.RENAME_NOREPLACE));
    assertEquals("to", Files.readString(to));
    succeeds(NameCalls.rename(from, to, 0));
    assertEquals("from", Files.readString(to));
    assertFalse(Files.exists(from));
  }

  @Test
  void temporaryFileGetsItsNameWhole() throws IOException {
    long fd = NameCalls.open(directory, OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0600);
    assumeTrue(fd != -Errno.EOPNOTSUPP, "the file system has no files without a name");
    succeeds(fd);
    succeeds(FileCalls.ftruncate((int) fd, 10));
    Path name = directory.resolve("named");
    succeeds(NameCalls.linkTemporary((int) fd, name));
    assertEquals(-Errno.EEXIST, NameCalls.linkTemporary((int) fd, name));
    succeeds(FileCalls.close((int) fd));
    assertEquals(10, Files.size(name));
  }

  @Test
  void linkAndUnlinkChangeNamesOnly() throws IOException {
    Path first = Files.writeString(directory.resolve("first"), "x");
    Path second = directory.resolve("second");
    succeeds(NameCalls.link(first, second));
    succeeds(NameCalls.unlink(first));
    assertEquals("x", Files.readString(second));
    assertEquals(-Errno.ENOENT, NameCalls.unlink(first));
    assertEquals(-Errno.EISDIR, NameCalls.unlink(directory));
  }

  @Test
  void reopenedFileHasItsOwnFlags() throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      Files.delete(file.path());
      long again = succeeds(NameCalls.reopen(file.fd(), OpenFlags.O_RDONLY));
      assertEquals(-Errno.EINVAL, FileCalls.ftruncate((int) again, 1));
      succeeds(FileCalls.close((int) again));
    }
  }

  @Test
  void nameOutsideAsciiReachesTheKernelByteForByte() {
    assumeTrue(
        StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding")),
        "names are not in UTF-8 here");
    Path path = directory.resolve("größe 100% #1");
    assertArrayEquals(path.toString().getBytes(StandardCharsets.UTF_8), PathName.toBytes(path));
    TempFile.open(path, 0).close();
    assertTrue(Files.exists(path));
  }

  @Test
  void nameOfALinkToADirectoryGetsNoSlash() throws IOException {
    assumeTrue(
        StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding")),
        "names are not in UTF-8 here");
    Path link = Files.createSymbolicLink(directory.resolve("größe"), directory);
    assertEquals(-Errno.ELOOP, NameCalls.open(link, OpenFlags.O_NOFOLLOW, 0));
  }
}
