package io.penstock.ext4.dir;

import io.penstock.ext4.format.AttributeList;
import io.penstock.ext4.format.DirectoryBlock;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.store.InodeTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory in its inode: four bytes with the number of its parent, entries in the rest of the
 * block area, and more of them in the attribute {@code system.data}. Source: "Inline Directories"
 * of the format's documentation. Thread-safe.
 */
final class InlineDirectory implements Directory {
  private static final int PARENT = 4;

  private final Inode inode;
  private final long parent;
  private final List<DirectoryBlock> parts = new ArrayList<>();

  InlineDirectory(Inode inode, InodeTable table) throws IOException {
    this.inode = inode;
    Geometry geometry = table.store().geometry();
    Place place = inode.place().structure("inline directory");
    DiskBytes area = inode.blockArea();
    parent = area.u32(0);
    if (!geometry.isInode(parent)) {
      throw place.damaged("its parent is inode " + parent);
    }
    DiskBytes more = AttributeList.ofInode(inode, geometry).inlineData();
    parts.add(new DirectoryBlock(area.slice(PARENT, area.length() - PARENT), geometry, place));
    if (more.length() > 0) {
      parts.add(new DirectoryBlock(more, geometry, place));
    }
  }

  private DirectoryEntry dots(int length) {
    long to = length == 1 ? inode.number() : parent;
    return new DirectoryEntry(Name.of("..".substring(0, length)), to, FileKind.DIRECTORY);
  }

  @Override
  public Entries entries() {
    return new Entries() {
      private int dots;
      private int part;
      private int at;

      @Override
      public @Nullable DirectoryEntry next() throws IOException {
        if (dots < 2) {
          return dots(++dots);
        }
        for (; part < parts.size(); part++, at = 0) {
          int found = parts.get(part).next(at);
          if (found >= 0) {
            at = parts.get(part).after(found);
            return parts.get(part).entry(found);
          }
        }
        return null;
      }
    };
  }

  @Override
  public @Nullable DirectoryEntry find(Name name) throws IOException {
    if (name.isDots()) {
      return dots(name.length());
    }
    for (DirectoryBlock each : parts) {
      DirectoryEntry found = each.find(name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
