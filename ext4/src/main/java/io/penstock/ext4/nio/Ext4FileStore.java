package io.penstock.ext4.nio;

import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.VolumeSpace;
import io.penstock.ext4.format.Feature;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.jspecify.annotations.Nullable;

/** A volume as a place for files: how large it is, and how full. */
final class Ext4FileStore extends FileStore {
  private final Ext4FileSystem fileSystem;

  Ext4FileStore(Ext4FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  private VolumeSpace space() throws IOException {
    return fileSystem.open().space();
  }

  @Override
  public String name() {
    return fileSystem.volume().name();
  }

  /** {@inheritDoc} What mount(8) would call it. */
  @Override
  public String type() {
    Ext4Volume volume = fileSystem.volume();
    if (volume.has(Feature.EXTENTS)) {
      return "ext4";
    }
    return volume.has(Feature.HAS_JOURNAL) ? "ext3" : "ext2";
  }

  @Override
  public boolean isReadOnly() {
    return fileSystem.isReadOnly();
  }

  @Override
  public long getTotalSpace() throws IOException {
    return space().bytes();
  }

  @Override
  public long getUsableSpace() throws IOException {
    VolumeSpace space = space();
    return space.availableBlocks() * space.blockSize();
  }

  @Override
  public long getUnallocatedSpace() throws IOException {
    return space().freeBytes();
  }

  @Override
  public long getBlockSize() {
    return fileSystem.volume().geometry().blockSize();
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return type.isAssignableFrom(PosixFileAttributeView.class)
        || type == FileOwnerAttributeView.class
        || type == UserDefinedFileAttributeView.class;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return NamedAttributes.VIEWS.contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) throws IOException {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      case "blockSize" -> getBlockSize();
      default ->
          throw new UnsupportedOperationException(
              "there is no '"
                  + attribute
                  + "' but totalSpace, usableSpace, unallocatedSpace and blockSize");
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ext4FileStore store && store.fileSystem == fileSystem;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(fileSystem);
  }

  @Override
  public String toString() {
    return name() + " (" + type() + ")";
  }
}
