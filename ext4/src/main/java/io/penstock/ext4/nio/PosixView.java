package io.penstock.ext4.nio;

import io.penstock.ext4.Ext4Node;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a path that are looked up when they are asked for; as {@code basic}, {@code owner}
 * or {@code posix}.
 */
record PosixView(String name, Ext4Path path, boolean follow) implements PosixFileAttributeView {
  @Override
  public NodeAttributes readAttributes() throws IOException {
    return new NodeAttributes(path.getFileSystem().nodeThere(path, follow));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return readAttributes().owner();
  }

  /** Changes the node. */
  private interface Edit {
    void run(Ext4Node node) throws IOException;
  }

  private void edit(Edit edit) throws IOException {
    var _ = path.getFileSystem().openForWriting();
    Ext4Node node = path.getFileSystem().node(path, follow);
    try {
      edit.run(node);
    } catch (IOException failure) {
      throw JdkFailures.of(failure, path);
    }
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    edit(node -> node.setOwner(Principals.numberOf(owner), -1));
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    edit(node -> node.setOwner(-1, Principals.numberOf(group)));
  }

  /** Sets owner and group by number; -1 keeps one. */
  void setNumbers(long uid, long gid) throws IOException {
    edit(node -> node.setOwner(uid, gid));
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    int bits = NodeAttributes.mode(permissions);
    // what this has no words for (set user, set group, sticky) stays
    edit(node -> node.setPermissions(node.inode().mode() & 07000 | bits));
  }

  /** Sets the lower 12 bits of the mode. */
  void setMode(int mode) throws IOException {
    edit(node -> node.setPermissions(mode & 07777));
  }

  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
      throws IOException {
    edit(node -> node.setTimes(instant(modified), instant(accessed), instant(created)));
  }

  private static @Nullable Instant instant(@Nullable FileTime time) {
    return time == null ? null : time.toInstant();
  }
}
