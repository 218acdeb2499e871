package io.penstock.ext4.nio;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A volume as a file system of {@code java.nio.file}, made by {@link
 * java.nio.file.FileSystems#newFileSystem(Path, java.util.Map)}. Its current directory is the root.
 * It owns the device it was opened on; closing it closes all channels and streams, the volume and
 * the device. Thread-safe.
 */
public final class Ext4FileSystem extends FileSystem {
  private final Ext4FileSystemProvider provider;
  private final Path image;
  private final List<HostDevice> devices;
  private final Ext4Volume volume;
  private final Ext4Path root;
  private final Set<Closeable> inUse = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private Ext4FileSystem(
      Ext4FileSystemProvider provider, Path image, List<HostDevice> devices, Ext4Volume volume) {
    this.provider = provider;
    this.image = image;
    this.devices = devices;
    this.volume = volume;
    root = Ext4Path.of(this, true, List.of());
  }

  /** Opens the volume in a file or on a block device of the host. */
  static Ext4FileSystem open(
      Ext4FileSystemProvider provider, Path image, FileSystemSettings settings) throws IOException {
    List<HostDevice> devices = new ArrayList<>();
    try {
      devices.add(HostImage.open(image, settings.engine(), settings.options().writes()));
      var options = settings.options();
      if (settings.journal() != null) {
        devices.add(
            HostImage.open(settings.journal(), settings.engine(), settings.options().writes()));
        options = options.withJournal(devices.getLast());
      }
      Ext4Volume volume = Ext4Volume.open(devices.getFirst(), options);
      return new Ext4FileSystem(provider, image, devices, volume);
    } catch (IOException | RuntimeException | Error failure) {
      closeAll(devices, failure);
      throw failure;
    }
  }

  /** Closes all; what fails is added to a failure, or is the one that is returned. */
  private static @Nullable Throwable closeAll(
      Iterable<? extends AutoCloseable> all, @Nullable Throwable failure) {
    Throwable first = failure;
    for (AutoCloseable each : all) {
      try {
        each.close();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return first;
  }

  /** The volume, for what {@code java.nio.file} has no words for. It is this file system's. */
  public Ext4Volume volume() {
    return volume;
  }

  /** The file or block device of the host. */
  Path image() {
    return image;
  }

  Ext4Path root() {
    return root;
  }

  /** The volume, if this is open. */
  Ext4Volume open() {
    if (closed) {
      throw new ClosedFileSystemException();
    }
    return volume;
  }

  /** What a path leads to; failures are those of the JDK. */
  Ext4Node node(Ext4Path path, boolean follow) throws IOException {
    try {
      return open().resolve(path.toAbsolutePath().bytes(), follow);
    } catch (BlockIoException failure) {
      throw JdkFailures.of(failure, path);
    }
  }

  /** What a path leads to; what is below a file is not there, and not said to be no directory. */
  Ext4Node nodeThere(Ext4Path path, boolean follow) throws IOException {
    try {
      return node(path, follow);
    } catch (FileSystemException failure) {
      if (JdkFailures.is(failure, Errno.ENOTDIR)) {
        throw (IOException) new NoSuchFileException(path.toString()).initCause(failure);
      }
      throw failure;
    }
  }

  /** Remembers what has to be closed before the volume is. */
  void use(Closeable each) throws IOException {
    inUse.add(each);
    if (closed) {
      each.close();
      throw new ClosedFileSystemException();
    }
  }

  /** Forgets what has been closed. */
  void release(Closeable each) {
    inUse.remove(each);
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    provider.forget(this);
    Throwable failure = closeAll(List.copyOf(inUse), null);
    failure = closeAll(List.of(volume), failure);
    failure = closeAll(devices.reversed(), failure);
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IOException(failure);
    }
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public boolean isReadOnly() {
    return !volume.isWritable();
  }

  /** The volume, if this is open for writing. */
  Ext4Volume openForWriting() {
    Ext4Volume found = open();
    if (!found.isWritable()) {
      throw new ReadOnlyFileSystemException();
    }
    return found;
  }

  // --- what it has ---

  @Override
  public Ext4FileSystemProvider provider() {
    return provider;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(root);
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(new Ext4FileStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return NamedAttributes.VIEWS;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A byte of a name that is no UTF-8 is an unpaired surrogate from U+DC80 to U+DCFF.
   */
  @Override
  public Path getPath(String first, String... more) {
    StringBuilder text = new StringBuilder(first);
    for (String each : more) {
      if (!each.isEmpty()) {
        text.append(text.isEmpty() ? "" : "/").append(each);
      }
    }
    return Ext4Path.parse(this, NameText.bytes(text.toString()));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "'" + syntaxAndPattern + "' does not begin with 'glob:' or 'regex:'");
    }
    String pattern = syntaxAndPattern.substring(colon + 1);
    Pattern regex =
        switch (syntaxAndPattern.substring(0, colon).toLowerCase(java.util.Locale.ROOT)) {
          case "glob" -> Glob.compile(pattern);
          case "regex" -> Pattern.compile(pattern);
          default ->
              throw new UnsupportedOperationException(
                  "'" + syntaxAndPattern + "' does not begin with 'glob:' or 'regex:'");
        };
    return path -> regex.matcher(path.toString()).matches();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return Principals.BY_NUMBER;
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("volumes are not watched; list the directory again");
  }

  @Override
  public String toString() {
    return volume.toString();
  }
}
