package io.penstock.ext4.dir;

import io.penstock.ext4.edit.NewMap;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import io.penstock.ext4.xattr.AttributeEditor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Moves the entries of a directory that lies in its inode into a block, before it is changed. */
final class InlineConversion {
  private InlineConversion() {}

  static DirectoryBlocks run(VolumeWriter volume, Transaction change, Inode inode)
      throws IOException {
    long number = inode.number();
    List<DirectoryEntry> entries = new ArrayList<>();
    long parent = number;
    Directory.Entries each = Directory.of(inode, volume.table()).entries();
    for (DirectoryEntry next = each.next(); next != null; next = each.next()) {
      if (next.name().is("..")) {
        parent = next.inode();
      } else if (!next.name().isDots()) {
        entries.add(next);
      }
    }
    new AttributeEditor(volume, change, number).removeInlineData();
    InodeFields fields = volume.inodes().edit(change, number);
    NewMap.begin(fields.flag(InodeFlag.INLINE_DATA, false).size(0), volume.geometry().superblock());
    DirectoryEditor.begin(volume, change, number, parent);
    DirectoryBlocks blocks = new DirectoryBlocks(volume, change, volume.inodes().read(number));
    for (DirectoryEntry entry : entries) {
      // an inode is at most as long as a block, and its entries have less room than one has
      boolean done = blocks.entries(0).insert(entry);
      assert done : entry;
    }
    return blocks;
  }
}
