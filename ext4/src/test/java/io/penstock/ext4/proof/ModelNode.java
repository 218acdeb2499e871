package io.penstock.ext4.proof;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a node of a volume should be: the oracle of {@link NameExercise}. */
final class ModelNode {
  final FileKind kind;
  final TreeMap<Name, ModelNode> children = new TreeMap<>();
  final TreeMap<String, byte[]> attributes = new TreeMap<>();
  final byte[] target;
  int permissions;
  long uid;
  int names = 1;
  @Nullable ModelNode parent;
  long number;

  ModelNode(FileKind kind, int permissions, byte[] target) {
    this.kind = kind;
    this.permissions = permissions;
    this.target = target;
  }

  boolean isDirectory() {
    return kind == FileKind.DIRECTORY;
  }

  boolean isBelow(ModelNode other) {
    for (ModelNode each = this; each != null; each = each.parent) {
      if (each == other) {
        return true;
      }
    }
    return false;
  }

  private int links() {
    if (!isDirectory()) {
      return names;
    }
    int fixed = number == Inode.ROOT ? 3 : 2; // the root has lost+found
    return fixed + (int) children.values().stream().filter(ModelNode::isDirectory).count();
  }

  /** Compares this and all below it with what there is; how many names. */
  long compare(Ext4Node node, String path) throws IOException {
    return compare(node, path, new HashMap<>());
  }

  private static void same(String path, String what, Object expected, Object found)
      throws IOException {
    if (!expected.equals(found)) {
      throw new IOException(path + ": " + what + " is " + found + ", not " + expected);
    }
  }

  private long compare(Ext4Node node, String path, Map<ModelNode, Long> seen) throws IOException {
    same(path, "kind", kind, node.kind());
    same(path, "mode", permissions, node.inode().mode() & 07777);
    same(path, "uid", uid, node.inode().uid());
    same(path, "links", links(), node.inode().links());
    Long before = seen.put(this, node.number());
    if (before != null) {
      same(path, "inode", before, node.number());
      return 1;
    }
    same(path, "attributes", attributes.keySet(), new HashSet<>(node.attributeNames()));
    for (var each : attributes.entrySet()) {
      if (!Arrays.equals(each.getValue(), node.attribute(each.getKey()))) {
        throw new IOException(path + ": attribute " + each.getKey() + " differs");
      }
    }
    if (kind == FileKind.SYMBOLIC_LINK) {
      same(path, "target", Name.of(target), Name.of(node.target()));
    }
    return 1 + (isDirectory() ? compareChildren(node, path, seen) : 0);
  }

  private long compareChildren(Ext4Node node, String path, Map<ModelNode, Long> seen)
      throws IOException {
    Set<Name> listed = new HashSet<>();
    Ext4Node.Entries entries = node.entries();
    for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
      if (!listed.add(each.name())) {
        throw new IOException(path + " lists " + each.name() + " twice");
      }
    }
    listed.removeIf(name -> name.isDots() || parent == null && name.is("lost+found"));
    same(path, "names", children.keySet(), listed);
    long count = 0;
    for (var each : children.entrySet()) {
      String below = path + "/" + each.getKey();
      Ext4Node child = node.child(each.getKey());
      if (child == null) {
        throw new IOException(below + " is listed and not found");
      }
      count += each.getValue().compare(child, below, seen);
    }
    return count;
  }

  // --- what there is, in words ---

  /** All of it, for comparisons with what {@link #describe(Ext4Node)} says. */
  String describe() {
    StringBuilder text = new StringBuilder();
    describe("", text);
    return text.toString();
  }

  private void describe(String path, StringBuilder text) {
    line(path, kind, permissions, uid, links(), Name.of(target), text);
    attributes.forEach((name, value) -> line(path, name, value, text));
    for (var each : children.entrySet()) {
      each.getValue().describe(path + "/" + each.getKey(), text);
    }
  }

  /** All below a directory of a volume. */
  static String describe(Ext4Node top) throws IOException {
    StringBuilder text = new StringBuilder();
    describe(top, "", text);
    return text.toString();
  }

  private static void describe(Ext4Node node, String path, StringBuilder text) throws IOException {
    byte[] target = node.kind() == FileKind.SYMBOLIC_LINK ? node.target() : new byte[0];
    int mode = node.inode().mode() & 07777;
    line(path, node.kind(), mode, node.inode().uid(), node.inode().links(), Name.of(target), text);
    for (String each : node.attributeNames().stream().sorted().toList()) {
      line(path, each, node.attribute(each), text);
    }
    if (node.kind() == FileKind.DIRECTORY) {
      TreeMap<Name, Long> names = new TreeMap<>();
      Ext4Node.Entries entries = node.entries();
      for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
        names.put(each.name(), each.inode());
      }
      for (var each : names.entrySet()) {
        if (!each.getKey().isDots() && !(path.isEmpty() && each.getKey().is("lost+found"))) {
          describe(node.volume().node(each.getValue()), path + "/" + each.getKey(), text);
        }
      }
    }
  }

  private static void line(
      String path,
      FileKind kind,
      int permissions,
      long uid,
      int links,
      Name target,
      StringBuilder text) {
    text.append(path).append(' ').append(kind).append(' ').append(permissions);
    text.append(' ').append(uid).append(' ').append(links).append(' ').append(target).append('\n');
  }

  private static void line(String path, String name, byte @Nullable [] value, StringBuilder text) {
    text.append(path).append(' ').append(name).append(' ').append(Arrays.hashCode(value));
    text.append('\n');
  }
}
