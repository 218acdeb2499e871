package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.DirectoryEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The names in a directory without the dots. */
final class Subtree {
  private Subtree() {}

  static List<DirectoryEntry> entries(Ext4Node directory) throws IOException {
    List<DirectoryEntry> entries = new ArrayList<>();
    Ext4Node.Entries each = directory.entries();
    for (DirectoryEntry next = each.next(); next != null; next = each.next()) {
      if (!next.name().isDots()) {
        entries.add(next);
      }
    }
    return entries;
  }
}
