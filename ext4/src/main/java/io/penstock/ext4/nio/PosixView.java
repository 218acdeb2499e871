package io.penstock.ext4.nio;

import java.io.IOException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a path that are looked up when they are asked for; as {@code basic}, {@code owner}
 * or {@code posix}.
 */
record PosixView(String name, Ext4Path path, boolean follow) implements PosixFileAttributeView {
  @Override
  public NodeAttributes readAttributes() throws IOException {
    return new NodeAttributes(path.getFileSystem().node(path, follow));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return readAttributes().owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
      throws IOException {
    throw new ReadOnlyFileSystemException();
  }
}
