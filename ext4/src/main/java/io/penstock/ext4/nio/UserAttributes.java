package io.penstock.ext4.nio;

import io.penstock.ext4.Ext4Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Extended attributes whose names begin with {@code user.}, without that beginning. */
final class UserAttributes implements UserDefinedFileAttributeView {
  private static final String PREFIX = "user.";

  private final Ext4Path path;
  private final boolean follow;

  UserAttributes(Ext4Path path, boolean follow) {
    this.path = path;
    this.follow = follow;
  }

  private Ext4Node node() throws IOException {
    return path.getFileSystem().node(path, follow);
  }

  @Override
  public String name() {
    return NamedAttributes.USER;
  }

  @Override
  public List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    for (String each : node().attributeNames()) {
      if (each.startsWith(PREFIX)) {
        names.add(each.substring(PREFIX.length()));
      }
    }
    return names;
  }

  private byte[] value(String name) throws IOException {
    byte[] value = node().attribute(PREFIX + Objects.requireNonNull(name));
    if (value == null) {
      throw new FileSystemException(
          path.toString(), null, "it has no attribute 'user." + name + "'");
    }
    return value;
  }

  @Override
  public int size(String name) throws IOException {
    return value(name).length;
  }

  @Override
  public int read(String name, ByteBuffer target) throws IOException {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("a read-only buffer cannot be read into");
    }
    byte[] value = value(name);
    if (value.length > target.remaining()) {
      throw new FileSystemException(
          path.toString(),
          null,
          "'user."
              + name
              + "' has "
              + value.length
              + " bytes, the buffer only room for "
              + target.remaining());
    }
    target.put(value);
    return value.length;
  }

  /** The values of some, as {@link NamedAttributes#read}. */
  Map<String, Object> read(String names) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String each : names.split(",", -1)) {
      if (each.equals("*")) {
        for (String name : list()) {
          values.put(name, value(name));
        }
      } else {
        values.put(each, value(each));
      }
    }
    return values;
  }

  @Override
  public int write(String name, ByteBuffer source) throws IOException {
    byte[] value = new byte[source.remaining()];
    source.duplicate().get(value);
    var _ = path.getFileSystem().openForWriting();
    try {
      node().setAttribute(PREFIX + Objects.requireNonNull(name), value);
    } catch (IOException failure) {
      throw JdkFailures.of(failure, path);
    }
    source.position(source.limit());
    return value.length;
  }

  @Override
  public void delete(String name) throws IOException {
    var _ = path.getFileSystem().openForWriting();
    try {
      node().removeAttribute(PREFIX + Objects.requireNonNull(name));
    } catch (IOException failure) {
      throw JdkFailures.of(failure, path);
    }
  }
}
