package io.penstock.ext4.nio;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens volumes of ext2, ext3 and ext4 as file systems, so that {@link Files} and all that builds
 * on it work on them unchanged:
 *
 * <pre>{@code
 * try (FileSystem volume = FileSystems.newFileSystem(Path.of("disk.img"), Map.of())) {
 *   Files.copy(volume.getPath("/etc/hosts"), Path.of("hosts"));
 * }
 * }</pre>
 *
 * <p>Names are bytes; those that are no UTF-8 have a text and a URI too, which lead back to them.
 * URIs are {@code ext4:file:///disk.img!/etc/hosts}. Nobody may write to the image meanwhile.
 *
 * <p>Permissions are shown, not enforced: whoever may read the image may read all that is on it.
 *
 * <p>Settings of {@code newFileSystem}, all optional: {@value #ENGINE}, the name of a {@link
 * io.penstock.core.device.DeviceProvider}; {@value #JOURNAL}, the path of a journal on a device of
 * its own; {@value #REPLAY}, false to see the volume as it lies there, without what its journal
 * holds; {@value #CACHE_BYTES}, most bytes of metadata that are remembered; {@value #ACCESS_MODE},
 * {@value #READ_ONLY} or {@value #READ_WRITE}, which has to be said: volumes are opened for reading
 * unless it is. What is created belongs to whom its directory does, and has the permissions 644 or
 * 755 if none are given. Changes are durable when the file system is closed, or when a channel is
 * forced. Thread-safe.
 */
public final class Ext4FileSystemProvider extends FileSystemProvider {
  /** The way to reach the image: a provider's name, or {@code auto}. */
  public static final String ENGINE = "engine";

  /** Where the journal is, a {@link Path} or text. */
  public static final String JOURNAL = "journal";

  /** Whether the journal is taken into account; true unless said otherwise. */
  public static final String REPLAY = "replay";

  /** Most bytes of metadata that are remembered. */
  public static final String CACHE_BYTES = "cacheBytes";

  /** Whether the volume can be changed: {@value #READ_ONLY}, unless said otherwise. */
  public static final String ACCESS_MODE = "accessMode";

  /** It cannot. */
  public static final String READ_ONLY = "readOnly";

  /** It can. */
  public static final String READ_WRITE = "readWrite";

  static final Set<String> KEYS = Set.of(ENGINE, JOURNAL, REPLAY, CACHE_BYTES, ACCESS_MODE);

  private static final int MAGIC_OFFSET = 1024 + 0x38;
  private static final int MAGIC = 0xEF53;

  /** Those that were opened by URI, by the real path of their image. */
  private final Map<Path, Ext4FileSystem> opened = new HashMap<>();

  /** Made by {@link java.util.ServiceLoader}. */
  public Ext4FileSystemProvider() {}

  @Override
  public String getScheme() {
    return ImageUri.SCHEME;
  }

  // --- file systems ---

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> settings) throws IOException {
    Path image = ImageUri.parse(uri).image().toRealPath();
    FileSystemSettings parsed = FileSystemSettings.of(settings);
    synchronized (opened) {
      if (opened.containsKey(image)) {
        throw new FileSystemAlreadyExistsException(image.toString());
      }
      Ext4FileSystem made = Ext4FileSystem.open(this, image, parsed);
      opened.put(image, made);
      return made;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException when there is no volume in it
   */
  @Override
  public FileSystem newFileSystem(Path image, Map<String, ?> settings) throws IOException {
    if (image.getFileSystem() != FileSystems.getDefault() || !hasVolume(image)) {
      throw new UnsupportedOperationException(image + " has no ext2, ext3 or ext4 volume");
    }
    return Ext4FileSystem.open(this, image.toRealPath(), FileSystemSettings.of(settings));
  }

  private static boolean hasVolume(Path image) throws IOException {
    if (Files.isDirectory(image)) {
      return false;
    }
    ByteBuffer magic = ByteBuffer.allocate(2);
    try (SeekableByteChannel channel = Files.newByteChannel(image)) {
      channel.position(MAGIC_OFFSET);
      while (magic.hasRemaining() && channel.read(magic) > 0) {}
    }
    return !magic.hasRemaining()
        && Short.toUnsignedInt(Short.reverseBytes(magic.getShort(0))) == MAGIC;
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return opened(ImageUri.parse(uri));
  }

  private Ext4FileSystem opened(ImageUri uri) {
    Path image = uri.image();
    try {
      image = image.toRealPath();
    } catch (IOException e) {
      // what is not there was not opened either, which is said below
    }
    synchronized (opened) {
      Ext4FileSystem found = opened.get(image);
      if (found == null) {
        throw new FileSystemNotFoundException(
            image + " was not opened; call FileSystems.newFileSystem with its URI before");
      }
      return found;
    }
  }

  @Override
  public Path getPath(URI uri) {
    ImageUri parsed = ImageUri.parse(uri);
    return Ext4Path.parse(opened(parsed), parsed.path());
  }

  void forget(Ext4FileSystem closed) {
    synchronized (opened) {
      opened.values().remove(closed);
    }
  }

  // --- what is on them ---

  private static Ext4Node node(Path path, LinkOption... options) throws IOException {
    Ext4Path ours = Ext4Path.of(path);
    return ours.getFileSystem().node(ours, follows(options));
  }

  private static boolean follows(LinkOption... options) {
    return !List.of(options).contains(LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Ext4Path ours = Ext4Path.of(path);
    int permissions = NewAttributes.permissions(attributes, NewAttributes.FILE);
    return new Changes(ours.getFileSystem()).open(OpenOptions.of(ours, options), permissions);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Ext4Path ours = Ext4Path.of(directory);
    try {
      return new Ext4DirectoryStream(ours, node(ours).entries(), filter);
    } catch (IOException failure) {
      if (JdkFailures.is(failure, Errno.ENOTDIR)) {
        throw new NotDirectoryException(directory.toString());
      }
      throw JdkFailures.of(failure, directory);
    }
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    Ext4Path ours = Ext4Path.of(link);
    Ext4Node node = node(link, LinkOption.NOFOLLOW_LINKS);
    try {
      return Ext4Path.parse(ours.getFileSystem(), node.target());
    } catch (BlockIoException failure) {
      throw JdkFailures.notALink(failure, link);
    }
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    if (path.equals(other)) {
      return true;
    }
    if (!(other instanceof Ext4Path)) {
      return false;
    }
    Ext4Node one = node(path);
    Ext4Node two = node(other);
    return one.volume() == two.volume() && one.number() == two.number();
  }

  @Override
  public boolean isHidden(Path path) {
    Name last = Ext4Path.of(path).lastName();
    return last != null && last.bytes()[0] == '.';
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    Ext4Volume _ = node(path).volume();
    return new Ext4FileStore(Ext4Path.of(path).getFileSystem());
  }

  /**
   * {@inheritDoc}
   *
   * <p>As for the super-user: all may be read; what nobody may execute may not be executed.
   */
  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    Ext4Node node = node(path);
    for (AccessMode each : modes) {
      if (each == AccessMode.WRITE && Ext4Path.of(path).getFileSystem().isReadOnly()) {
        throw new AccessDeniedException(path.toString(), null, "the file system is read-only");
      }
      if (each == AccessMode.EXECUTE && (node.inode().mode() & 0111) == 0) {
        throw new AccessDeniedException(path.toString(), null, "nobody may execute it");
      }
    }
  }

  // --- attributes ---

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    Ext4Path ours = Ext4Path.of(path);
    boolean follow = follows(options);
    if (type == BasicFileAttributeView.class) {
      return type.cast(new PosixView("basic", ours, follow));
    }
    if (type == FileOwnerAttributeView.class) {
      return type.cast(new PosixView("owner", ours, follow));
    }
    if (type == PosixFileAttributeView.class) {
      return type.cast(new PosixView("posix", ours, follow));
    }
    if (type == UserDefinedFileAttributeView.class) {
      return type.cast(new UserAttributes(ours, follow));
    }
    return null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
      throw new UnsupportedOperationException(
          "there are no " + type.getSimpleName() + " but basic and POSIX ones");
    }
    Ext4Path ours = Ext4Path.of(path);
    return type.cast(new NodeAttributes(ours.getFileSystem().nodeThere(ours, follows(options))));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    int colon = attributes.indexOf(':');
    String view = colon < 0 ? "basic" : attributes.substring(0, colon);
    return NamedAttributes.read(
        Ext4Path.of(path), follows(options), view, attributes.substring(colon + 1));
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    int colon = attribute.indexOf(':');
    String view = colon < 0 ? "basic" : attribute.substring(0, colon);
    NamedAttributes.write(
        Ext4Path.of(path), follows(options), view, attribute.substring(colon + 1), value);
  }

  // --- changes ---

  private static Changes changes(Path path) {
    return new Changes(Ext4Path.of(path).getFileSystem());
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    int permissions = NewAttributes.permissions(attributes, NewAttributes.DIRECTORY);
    changes(directory).createDirectory(Ext4Path.of(directory), permissions);
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    if (attributes.length > 0) {
      throw new UnsupportedOperationException(
          "attribute " + attributes[0].name() + " is not one of symbolic links");
    }
    changes(link).createSymbolicLink(Ext4Path.of(link), Ext4Path.of(target));
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    changes(link).createLink(Ext4Path.of(link), Ext4Path.of(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    changes(path).delete(Ext4Path.of(path));
  }

  /** {@inheritDoc} Permissions are copied in any case, as with this JDK's own Unix file systems. */
  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    var _ = Ext4Path.of(target).getFileSystem().openForWriting();
    new Copying(Ext4Path.of(source), Ext4Path.of(target), options).run();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    Ext4Path from = Ext4Path.of(source);
    Ext4Path to = Ext4Path.of(target);
    Set<CopyOption> given = Set.of(options);
    boolean replaces = given.contains(StandardCopyOption.REPLACE_EXISTING);
    boolean atomic = given.contains(StandardCopyOption.ATOMIC_MOVE);
    var _ = from.getFileSystem().openForWriting();
    var _ = to.getFileSystem().openForWriting();
    if (from.getFileSystem() == to.getFileSystem()) {
      changes(from).move(from, to, replaces, atomic);
    } else if (atomic) {
      throw new AtomicMoveNotSupportedException(
          source.toString(), target.toString(), "they are on two volumes");
    } else {
      CopyOption[] copied =
          replaces
              ? new CopyOption[] {
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING,
                LinkOption.NOFOLLOW_LINKS
              }
              : new CopyOption[] {StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS};
      new Copying(from, to, copied).move();
    }
  }
}
