package io.penstock.ext4.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Attributes by name, such as {@code posix:permissions} and {@code unix:*}, as {@link
 * java.nio.file.Files#readAttributes(java.nio.file.Path, String, java.nio.file.LinkOption...)} has
 * them; of {@code unix} the same names as on this JDK's own Unix file systems.
 */
final class NamedAttributes {
  private static final Map<String, Function<NodeAttributes, Object>> BASIC = new LinkedHashMap<>();
  private static final Map<String, Function<NodeAttributes, Object>> OWNER = new LinkedHashMap<>();
  private static final Map<String, Function<NodeAttributes, Object>> POSIX = new LinkedHashMap<>();
  private static final Map<String, Function<NodeAttributes, Object>> UNIX = new LinkedHashMap<>();

  static {
    BASIC.put("lastModifiedTime", NodeAttributes::lastModifiedTime);
    BASIC.put("lastAccessTime", NodeAttributes::lastAccessTime);
    BASIC.put("creationTime", NodeAttributes::creationTime);
    BASIC.put("size", NodeAttributes::size);
    BASIC.put("isRegularFile", NodeAttributes::isRegularFile);
    BASIC.put("isDirectory", NodeAttributes::isDirectory);
    BASIC.put("isSymbolicLink", NodeAttributes::isSymbolicLink);
    BASIC.put("isOther", NodeAttributes::isOther);
    BASIC.put("fileKey", NodeAttributes::fileKey);
    OWNER.put("owner", NodeAttributes::owner);
    POSIX.putAll(BASIC);
    POSIX.put("permissions", NodeAttributes::permissions);
    POSIX.put("owner", NodeAttributes::owner);
    POSIX.put("group", NodeAttributes::group);
    UNIX.putAll(POSIX);
    UNIX.put("mode", node -> node.node().inode().mode());
    UNIX.put("ino", node -> node.node().number());
    UNIX.put("dev", NodeAttributes::device);
    UNIX.put("rdev", NodeAttributes::standsFor);
    UNIX.put("nlink", node -> node.node().inode().links());
    UNIX.put("uid", node -> (int) node.node().inode().uid());
    UNIX.put("gid", node -> (int) node.node().inode().gid());
    UNIX.put("ctime", NodeAttributes::changeTime);
  }

  static final String USER = "user";

  private static final Map<String, Map<String, Function<NodeAttributes, Object>>> TABLES =
      Map.of("basic", BASIC, "owner", OWNER, "posix", POSIX, "unix", UNIX);

  /** The views there are. */
  static final Set<String> VIEWS = views();

  private NamedAttributes() {}

  private static Set<String> views() {
    Set<String> views = new LinkedHashSet<>(TABLES.keySet());
    views.add(USER);
    return Set.copyOf(views);
  }

  /**
   * A list of attributes.
   *
   * @param view without the colon
   * @param names with commas between them; {@code *} for all
   */
  static Map<String, Object> read(Ext4Path path, boolean follow, String view, String names)
      throws IOException {
    if (view.equals(USER)) {
      return new UserAttributes(path, follow).read(names);
    }
    Map<String, Function<NodeAttributes, Object>> table = TABLES.get(view);
    if (table == null) {
      throw noSuchView(view);
    }
    NodeAttributes attributes = new NodeAttributes(path.getFileSystem().nodeThere(path, follow));
    Map<String, Object> values = new HashMap<>();
    for (String each : names.split(",", -1)) {
      if (each.equals("*")) {
        table.forEach((name, getter) -> values.put(name, getter.apply(attributes)));
      } else {
        Function<NodeAttributes, Object> getter = table.get(each);
        if (getter == null) {
          throw new IllegalArgumentException(
              "view '" + view + "' has no '" + each + "' but " + table.keySet());
        }
        values.put(each, getter.apply(attributes));
      }
    }
    return values;
  }

  /**
   * Sets one.
   *
   * @throws ClassCastException when the value is of another class
   */
  static void write(Ext4Path path, boolean follow, String view, String name, Object value)
      throws IOException {
    var _ = path.getFileSystem().openForWriting();
    if (view.equals(USER)) {
      ByteBuffer bytes =
          value instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) value;
      var _ = new UserAttributes(path, follow).write(name, bytes);
      return;
    }
    var table = TABLES.get(view);
    if (table == null) {
      throw noSuchView(view);
    }
    if (!table.containsKey(name)) {
      throw new IllegalArgumentException(
          "view '" + view + "' has no '" + name + "' but " + table.keySet());
    }
    write(new PosixView(view, path, follow), name, value);
  }

  private static void write(PosixView view, String name, Object value) throws IOException {
    switch (name) {
      case "lastModifiedTime" -> view.setTimes((FileTime) value, null, null);
      case "lastAccessTime" -> view.setTimes(null, (FileTime) value, null);
      case "creationTime" -> view.setTimes(null, null, (FileTime) value);
      case "permissions" -> view.setPermissions(permissions(value));
      case "owner" -> view.setOwner((UserPrincipal) value);
      case "group" -> view.setGroup((GroupPrincipal) value);
      case "mode" -> view.setMode((Integer) value);
      case "uid" -> view.setNumbers(Integer.toUnsignedLong((Integer) value), -1);
      case "gid" -> view.setNumbers(-1, Integer.toUnsignedLong((Integer) value));
      default -> throw new IllegalArgumentException("'" + name + "' cannot be set");
    }
  }

  private static Set<PosixFilePermission> permissions(Object value) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (Object each : (Set<?>) value) {
      permissions.add((PosixFilePermission) each);
    }
    return permissions;
  }

  static UnsupportedOperationException noSuchView(String view) {
    return new UnsupportedOperationException("there is no view '" + view + "' but " + VIEWS);
  }
}
