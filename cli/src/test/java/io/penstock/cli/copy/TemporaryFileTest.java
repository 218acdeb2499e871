package io.penstock.cli.copy;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.file.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a copy is written to before it has its name, and who else may be at it. */
class TemporaryFileTest {
  @TempDir private Path directory;
  private Path target;

  @BeforeEach
  void name() {
    target = directory.resolve("target");
  }

  private FileTarget create() throws IOException {
    return FileTarget.create(
        target, Engines.choose(Engines.AUTO).provider(), 1, fromString("rw-r--r--"));
  }

  @Test
  void isPrivateUntilItIsComplete() throws IOException {
    try (FileTarget copy = create()) {
      assertEquals(fromString("rw-------"), Files.getPosixFilePermissions(copy.currentPath()));
      copy.publish(false);
    }
    assertEquals(fromString("rw-r--r--"), Files.getPosixFilePermissions(target));
  }

  @Test
  void aLinkPutInItsPlaceGivesNobodyAnotherFilesPermissions() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Files.setPosixFilePermissions(secret, fromString("rw-------"));
    try (FileTarget copy = create()) {
      Files.delete(copy.currentPath());
      Files.createSymbolicLink(copy.currentPath(), secret);
      assertThrows(IOException.class, () -> copy.publish(false));
    }
    assertEquals(fromString("rw-------"), Files.getPosixFilePermissions(secret));
    assertEquals("secret", Files.readString(secret));
    assertFalse(Files.exists(target));
  }

  @Test
  void aLinkThatBecomesTheTargetMeanwhileIsReplacedAndNotFollowed() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "other");
    try (FileTarget copy = create()) {
      Files.createSymbolicLink(target, other);
      copy.publish(false);
    }
    assertTrue(Files.isRegularFile(target, java.nio.file.LinkOption.NOFOLLOW_LINKS));
    assertEquals("other", Files.readString(other));
  }

  @Test
  void aLinkToADirectoryThatBecomesTheTargetMeanwhileIsReplacedAndNotFollowed() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (FileTarget copy = create()) {
      Files.createSymbolicLink(target, other);
      copy.publish(false);
    }
    assertTrue(Files.isRegularFile(target, java.nio.file.LinkOption.NOFOLLOW_LINKS));
    try (var inside = Files.list(other)) {
      assertEquals(0, inside.count());
    }
  }
}
