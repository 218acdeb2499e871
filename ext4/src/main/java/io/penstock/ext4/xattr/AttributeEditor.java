package io.penstock.ext4.xattr;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.AttributeEntry;
import io.penstock.ext4.format.AttributeFields;
import io.penstock.ext4.format.AttributeList;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.space.BlockRun;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The extended attributes of an inode, to be changed within a transaction. A value goes behind the
 * inode where there is room, else into the inode's attribute block; a block that others share is
 * left to them. Values in inodes of their own (ea_inode) are kept, and neither made nor replaced.
 * Not thread-safe.
 */
public final class AttributeEditor {
  private final VolumeWriter volume;
  private final Transaction change;
  private final Inode inode;
  private final List<AttributeEntry> inside;
  private final List<AttributeEntry> outside;

  /**
   * The attributes of an inode as they are now.
   *
   * @throws IOException when they cannot be read or are damaged
   */
  public AttributeEditor(VolumeWriter volume, Transaction change, long number) throws IOException {
    this.volume = volume;
    this.change = change;
    inode = volume.inodes().read(number);
    inside = new ArrayList<>(AttributeList.ofInode(inode, volume.geometry()).entries());
    outside = new ArrayList<>(list(volume, inode).entries());
  }

  private static AttributeList list(VolumeWriter volume, Inode inode) throws IOException {
    long block = inode.attributeBlock();
    if (block == 0) {
      return AttributeList.EMPTY;
    }
    Place place = inode.place().structure("attribute block").block(block);
    if (!volume.geometry().holds(block, 1)) {
      throw place.damaged("it is outside the volume");
    }
    return AttributeList.ofBlock(
        volume.table().store().read(block).bytes(),
        volume.geometry(),
        volume.table().checksums(),
        place);
  }

  private BlockIoException refusal(Errno errno, String name, String detail) {
    return new BlockIoException(errno, "set attribute", name + " of " + inode, detail);
  }

  /**
   * Sets an attribute.
   *
   * @param name as in getxattr(2)
   * @param value as setxattr(2) takes it
   * @throws IOException ENOSPC when there is no room; EOPNOTSUPP for a name of another kind; EPERM
   *     for a user's attribute of what is neither file nor directory
   */
  public void set(String name, byte[] value) throws IOException {
    AttributeNames parsed = AttributeNames.parse(name);
    requireFitting(parsed, name);
    byte[] stored = value.clone();
    if (parsed.index() == AttributeNames.ACL_ACCESS
        || parsed.index() == AttributeNames.ACL_DEFAULT) {
      byte[] list = AclValue.forDisk(value);
      if (list == null) {
        throw refusal(Errno.EINVAL, name, "it is no access control list of version 2");
      }
      stored = list;
    }
    put(parsed, name, stored);
    AccessList list = AccessList.of(DiskBytes.of(stored));
    if (parsed.index() == AttributeNames.ACL_ACCESS && list != null) {
      setMode(list.permissions());
      if (list.isMode()) {
        boolean removed = remove(name);
        assert removed : name;
      }
    }
  }

  private void setMode(int permissions) throws IOException {
    var _ = volume.inodes().edit(change, inode.number()).mode(inode.mode() & ~0777 | permissions);
  }

  private void put(AttributeNames parsed, String name, byte[] stored) throws IOException {
    boolean wasOutside = takeOut(outside, parsed, name);
    boolean wasInside = takeOut(inside, parsed, name);
    AttributeEntry entry = AttributeEntry.of(parsed.index(), parsed.rest(), stored);
    inside.add(entry);
    if (putInside()) {
      if (wasOutside) {
        putOutside(name);
      }
      return;
    }
    inside.removeLast();
    if (wasInside) {
      boolean done = putInside();
      assert done : "fewer than before do not fit";
    }
    outside.add(entry);
    putOutside(name);
  }

  private void requireFitting(AttributeNames name, String text) throws BlockIoException {
    boolean fits =
        switch (inode.kind()) {
          case REGULAR, DIRECTORY -> true;
          default -> !name.isForUsers();
        };
    if (!fits) {
      throw refusal(
          Errno.EPERM, text, "only files and directories have such; use trusted. for others");
    }
  }

  // --- access control lists ---

  private @Nullable AccessList accessList(int index) throws IOException {
    for (List<AttributeEntry> entries : List.of(inside, outside)) {
      for (AttributeEntry each : entries) {
        if (each.nameIndex() == index && each.valueInode() == 0) {
          return AccessList.of(each.value());
        }
      }
    }
    return null;
  }

  /** Has the inode's list say what its mode says from now on, if there is a list. */
  public void follow(int permissions) throws IOException {
    AccessList list = accessList(AttributeNames.ACL_ACCESS);
    if (list != null) {
      put(AttributeNames.ACCESS_LIST, "access control list", list.with(permissions).value());
    }
  }

  /**
   * Gives a new inode the default list of the directory it is created in, if there is one: what its
   * mode does not allow is taken out of it.
   */
  public void inherit(Inode directory) throws IOException {
    AttributeEditor above = new AttributeEditor(volume, change, directory.number());
    AccessList list = above.accessList(AttributeNames.ACL_DEFAULT);
    if (list == null) {
      return;
    }
    if (inode.kind() == FileKind.DIRECTORY) {
      put(AttributeNames.DEFAULT_LIST, "default access control list", list.value());
    }
    AccessList own = list.with(list.permissions() & inode.mode());
    if (!own.isMode()) {
      put(AttributeNames.ACCESS_LIST, "access control list", own.value());
    }
    setMode(own.permissions());
  }

  // --- removing ---

  /** Removes an attribute; whether there was one of this name. */
  public boolean remove(String name) throws IOException {
    AttributeNames parsed = AttributeNames.parse(name);
    boolean wasInside = takeOut(inside, parsed, name);
    boolean wasOutside = takeOut(outside, parsed, name);
    if (wasInside) {
      boolean done = putInside();
      assert done : "fewer than before do not fit";
    }
    if (wasOutside) {
      putOutside(name);
    }
    return wasInside || wasOutside;
  }

  /** Removes what inline data has behind the inode. */
  public void removeInlineData() throws IOException {
    inside.removeIf(each -> each.isNamed(AttributeEntry.SYSTEM, Name.of("data")));
    boolean done = putInside();
    assert done : "fewer than before do not fit";
  }

  private boolean takeOut(List<AttributeEntry> entries, AttributeNames name, String text)
      throws IOException {
    for (AttributeEntry each : entries) {
      if (each.isNamed(name.index(), name.rest())) {
        if (each.valueInode() != 0) {
          throw refusal(
              Errno.EOPNOTSUPP,
              text,
              "its value is in an inode of its own, which cannot be written; mount the volume for"
                  + " that");
        }
        return entries.remove(each);
      }
    }
    return false;
  }

  // --- where they are put ---

  private boolean putInside() throws IOException {
    return AttributeFields.putInInode(
        volume.inodes().edit(change, inode.number()).attributeArea(), inside);
  }

  private void putOutside(String name) throws IOException {
    long old = inode.attributeBlock();
    if (outside.isEmpty()) {
      releaseBlock(volume, change, inode.number());
      return;
    }
    boolean own = old != 0 && AttributeFields.users(volume.table().store().read(old).bytes()) == 1;
    byte[] trial = new byte[volume.geometry().blockSize()];
    if (!AttributeFields.putInBlock(BlockBytes.of(trial), outside)) {
      throw refusal(
          Errno.ENOSPC,
          name,
          "all attributes of an inode have to fit into it and one block of "
              + trial.length
              + " bytes; make the value shorter or remove others");
    }
    if (!own && outside.stream().anyMatch(each -> each.valueInode() != 0)) {
      throw refusal(
          Errno.EOPNOTSUPP, name, "others share a value in an inode; mount the volume for that");
    }
    long block = own ? old : newBlock(old);
    BlockBytes bytes = own ? change.edit(block) : change.create(block);
    bytes.put(0, trial);
    change.seal(block, "attributes", () -> volume.seals().attributes(block, bytes));
  }

  private long newBlock(long old) throws IOException {
    long goal = volume.geometry().firstBlock(volume.geometry().groupOfInode(inode.number()));
    BlockRun run = volume.blocks().allocate(change, old != 0 ? old : goal, 1);
    if (old != 0) {
      releaseBlock(volume, change, inode.number());
    }
    var _ = volume.inodes().edit(change, inode.number()).attributeBlock(run.first()).addBlocks(1);
    volume.superblock(change).addCompatible(Feature.EXT_ATTR);
    return run.first();
  }

  /**
   * Has an inode no attribute block any more: it is freed, or left to those who share it.
   *
   * @throws IOException when it cannot be read or is damaged; EOPNOTSUPP when values are in inodes
   */
  public static void releaseBlock(VolumeWriter volume, Transaction change, long number)
      throws IOException {
    Inode inode = volume.inodes().read(number);
    long block = inode.attributeBlock();
    if (block == 0) {
      return;
    }
    AttributeList _ = list(volume, inode); // it is one, and its checksum right
    BlockBytes bytes = change.edit(block);
    long users = AttributeFields.users(bytes.view());
    if (users > 1) {
      AttributeFields.users(bytes, users - 1);
      change.seal(block, "attributes", () -> volume.seals().attributes(block, bytes));
    } else {
      volume.blocks().freeMetadata(change, block);
    }
    var _ = volume.inodes().edit(change, number).attributeBlock(0).addBlocks(-1);
  }

  /**
   * Refuses what cannot be deleted yet.
   *
   * @throws IOException EOPNOTSUPP when an attribute's value is in an inode of its own
   */
  public static void requireDeletable(VolumeWriter volume, Inode inode) throws IOException {
    List<AttributeEntry> all =
        new ArrayList<>(AttributeList.ofInode(inode, volume.geometry()).entries());
    all.addAll(list(volume, inode).entries());
    for (AttributeEntry each : all) {
      if (each.valueInode() != 0) {
        throw new BlockIoException(
            Errno.EOPNOTSUPP,
            "delete",
            inode.toString(),
            "the value of its attribute "
                + AttributeNames.of(each)
                + " is in an inode of its own; mount the volume for that");
      }
    }
  }
}
