package io.penstock.ext4.proof;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
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
    int fixed = parent == null ? 3 : 2; // the root has lost+found
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
}
