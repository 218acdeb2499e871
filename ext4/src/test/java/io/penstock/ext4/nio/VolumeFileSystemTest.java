package io.penstock.ext4.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ext4.host.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume is a file system like another for programs that know java.nio.file only. */
class VolumeFileSystemTest {
  @TempDir Path directory;
  private VolumeFixture fixture;

  @BeforeEach
  void makeVolume() throws Exception {
    fixture = new VolumeFixture(directory);
  }

  @AfterEach
  void removeVolume() throws Exception {
    if (fixture != null) {
      fixture.close();
    }
  }

  private Path path(String text) {
    return fixture.path(text);
  }

  @Test
  void anImageIsFoundToBeAVolumeByItself() throws Exception {
    try (FileSystem volume = FileSystems.newFileSystem(fixture.image.file())) {
      assertEquals("text", Files.readString(volume.getPath("link")));
    }
  }

  @Test
  void whatHasNoVolumeIsLeftToOthers() throws Exception {
    Path other = Files.write(directory.resolve("other"), new byte[5000]);
    assertThrows(ProviderNotFoundException.class, () -> FileSystems.newFileSystem(other));
    Path small = Files.write(directory.resolve("small"), new byte[5]);
    assertThrows(ProviderNotFoundException.class, () -> FileSystems.newFileSystem(small));
    assertThrows(ProviderNotFoundException.class, () -> FileSystems.newFileSystem(directory));
  }

  @Test
  void wrongSettingsAreNamed() {
    Map<String, Object> wrong = Map.of("cache", 5);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> FileSystems.newFileSystem(fixture.image.file(), wrong));
    assertTrue(refusal.getMessage().contains("'cache'"), refusal::getMessage);
    IOException engine =
        assertThrows(
            IOException.class,
            () -> FileSystems.newFileSystem(fixture.image.file(), Map.of("engine", "steam")));
    assertTrue(engine.getMessage().contains("pread"), engine::getMessage);
  }

  @Test
  void oneImageIsOneFileSystemForUris() throws Exception {
    URI uri = path("/d/e/f").toUri();
    assertTrue(uri.toString().startsWith("ext4:file:///"), uri::toString);
    assertEquals("text", Files.readString(Path.of(uri)));
    assertEquals(fixture.volume, FileSystems.getFileSystem(uri));
    assertThrows(
        FileSystemAlreadyExistsException.class, () -> FileSystems.newFileSystem(uri, Map.of()));
    fixture.volume.close();
    assertThrows(FileSystemNotFoundException.class, () -> Path.of(uri));
  }

  @Test
  void filesAreReadInEveryWay() throws Exception {
    Path data = path("/data");
    assertArrayEquals(fixture.data, Files.readAllBytes(data));
    Path copy = directory.resolve("copy");
    Files.copy(data, copy);
    assertArrayEquals(fixture.data, Files.readAllBytes(copy));
    assertEquals(-1, Files.mismatch(data, copy));
    try (SeekableByteChannel channel = Files.newByteChannel(data)) {
      ByteBuffer part = ByteBuffer.allocate(1000);
      assertEquals(1000, channel.position(777).read(part));
      assertArrayEquals(Arrays.copyOfRange(fixture.data, 777, 1777), part.array());
      assertEquals(1777, channel.position());
      assertEquals(-1, channel.position(fixture.data.length).read(part.clear()));
    }
  }

  @Test
  void aChannelOfAFileKeepsTheContractOfReading() throws Exception {
    try (FileChannel channel = FileChannel.open(path("/data"))) {
      assertEquals(fixture.data.length, channel.size());
      ByteBuffer[] several = {
        ByteBuffer.allocate(3), ByteBuffer.allocateDirect(70_000), ByteBuffer.allocate(70_000)
      };
      assertEquals(fixture.data.length, channel.read(several));
      assertEquals(fixture.data.length - 70_003, several[2].position());
      ByteBuffer at = ByteBuffer.allocate(10);
      assertEquals(10, channel.read(at, 5));
      assertEquals(fixture.data.length, channel.position());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertEquals(
          fixture.data.length - 7L, channel.transferTo(7, 1 << 20, Channels.newChannel(out)));
      assertArrayEquals(
          Arrays.copyOfRange(fixture.data, 7, fixture.data.length), out.toByteArray());
      assertThrows(IllegalArgumentException.class, () -> channel.read(at, -1));
      assertThrows(
          IllegalArgumentException.class, () -> channel.read(at.clear().asReadOnlyBuffer()));
      assertThrows(NonWritableChannelException.class, () -> channel.write(at));
      assertThrows(
          UnsupportedOperationException.class,
          () -> channel.map(FileChannel.MapMode.READ_ONLY, 0, 10));
      assertThrows(UnsupportedOperationException.class, channel::tryLock);
    }
  }

  @Test
  void directoriesAreListedAndWalked() throws Exception {
    try (Stream<Path> walk = Files.walk(path("/d"))) {
      assertEquals("[/d, /d/data, /d/e, /d/e/f]", walk.sorted().toList().toString());
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path("d"), "d*")) {
      var each = stream.iterator();
      assertEquals(path("d/data"), each.next());
      assertFalse(each.hasNext());
      assertThrows(IllegalStateException.class, stream::iterator);
    }
    assertThrows(NotDirectoryException.class, () -> Files.newDirectoryStream(path("data")));
  }

  @Test
  void linksLeadWhereTheySay() throws Exception {
    assertEquals(path("d/e/f"), Files.readSymbolicLink(path("link")));
    assertTrue(Files.isSymbolicLink(path("link")));
    assertTrue(Files.isRegularFile(path("link")));
    assertTrue(Files.isSameFile(path("data"), path("directory/../../d/data")));
    assertFalse(Files.isSameFile(path("data"), path("link")));
    assertFalse(Files.isSameFile(path("data"), directory));
    assertThrows(NotLinkException.class, () -> Files.readSymbolicLink(path("data")));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThrows(NoSuchFileException.class, () -> Files.size(path("/nowhere")));
    assertThrows(NoSuchFileException.class, () -> Files.newByteChannel(path("/nowhere")));
    assertFalse(Files.exists(path("/data/below")));
    assertThrows(IOException.class, () -> Files.newByteChannel(path("/d")));
  }

  @Test
  void attributesHaveTheNamesOfUnix() throws Exception {
    PosixFileAttributes posix = Files.readAttributes(path("data"), PosixFileAttributes.class);
    assertEquals(posix.permissions(), Files.getAttribute(path("data"), "posix:permissions"));
    assertEquals(2, Files.getAttribute(path("data"), "unix:nlink"));
    assertEquals(posix.fileKey(), Files.getAttribute(path("d/data"), "fileKey"));
    Map<String, Object> host = Files.readAttributes(directory, "unix:*");
    assertEquals(host.keySet(), Files.readAttributes(path("/"), "unix:*").keySet());
    host.forEach(
        (name, value) -> {
          if (name.matches("mode|ino|dev|rdev|nlink|uid|gid|size|.*[tT]ime")) {
            try {
              assertEquals(
                  value.getClass(), Files.getAttribute(path("/"), "unix:" + name).getClass(), name);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        });
    assertThrows(
        IllegalArgumentException.class, () -> Files.readAttributes(path("/"), "unix:colour"));
    assertThrows(
        UnsupportedOperationException.class, () -> Files.readAttributes(path("/"), "dos:*"));
  }

  @Test
  void theStoreSaysHowMuchRoomThereIs() throws Exception {
    FileStore store = Files.getFileStore(path("/"));
    assertEquals("ext4", store.type());
    assertEquals(8L << 20, store.getTotalSpace());
    assertTrue(store.getUnallocatedSpace() > store.getUsableSpace());
    assertTrue(store.getUsableSpace() > 1 << 20);
    assertEquals(1024, store.getBlockSize());
    assertTrue(store.supportsFileAttributeView("unix"));
    assertEquals(store, fixture.volume.getFileStores().iterator().next());
  }

  @Test
  void closingClosesEverythingThatWasOpened() throws Exception {
    FileChannel channel = FileChannel.open(path("/data"));
    DirectoryStream<Path> stream = Files.newDirectoryStream(path("/"));
    fixture.volume.close();
    fixture.volume.close();
    assertFalse(fixture.volume.isOpen());
    assertFalse(channel.isOpen());
    assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
    assertThrows(IllegalStateException.class, stream::iterator);
    assertThrows(ClosedFileSystemException.class, () -> Files.size(path("/data")));
    String open = Tools.must("ls", "-l", "/proc/" + ProcessHandle.current().pid() + "/fd");
    assertFalse(open.contains(fixture.image.file().toString()), open);
  }
}
