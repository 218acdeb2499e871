package io.penstock.ext4.journal;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.JournalSuperblock;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.Journal;
import io.penstock.ext4.store.Relocation;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds a volume's journal, and what a crash has left in it. */
public final class JournalReplay {
  private JournalReplay() {}

  /** Whether the volume says that its journal has to be looked at. */
  public static boolean isNeeded(Superblock superblock) {
    return superblock.has(Feature.HAS_JOURNAL) && superblock.has(Feature.NEEDS_RECOVERY);
  }

  /**
   * Where the newest contents of blocks are.
   *
   * @param external the device of a journal that is not on the volume, or null
   * @throws IOException EOPNOTSUPP when the journal is on a device that was not given, or has
   *     features that are not supported; when it cannot be read or is damaged
   */
  public static Relocation find(
      InodeTable table, @Nullable BlockDevice external, IoCounters counters) throws IOException {
    Journal journal = journal(table, external, counters);
    LogContents log = new JournalScan(journal, superblock(journal, table)).run();
    return log.moved().size() == 0 ? Relocation.NONE : new ReplayedBlocks(journal.device(), log);
  }

  /**
   * Writes what the journal holds to its place, and empties the journal. Afterwards the volume has
   * to be opened again.
   *
   * @param external the device of a journal that is not on the volume, or null
   * @return blocks written to their places
   * @throws IOException as {@link #find}; when writing fails, after which it can be done again
   */
  public static int writeBack(InodeTable table, @Nullable BlockDevice external, IoCounters counters)
      throws IOException {
    Journal journal = journal(table, external, counters);
    LogContents log = new JournalScan(journal, superblock(journal, table)).run();
    return WriteBack.run(table, journal, log, counters);
  }

  /**
   * The journal of a volume.
   *
   * @param external the device of a journal that is not on the volume, or null
   */
  public static Journal journal(
      InodeTable table, @Nullable BlockDevice external, IoCounters counters) throws IOException {
    long inode = table.store().geometry().superblock().journalInode();
    return inode != 0 ? internal(table, inode, counters) : external(table, external, counters);
  }

  private static JournalSuperblock superblock(Journal journal, InodeTable table)
      throws IOException {
    int blockSize = table.store().geometry().blockSize();
    DiskBytes bytes = journal.read(0);
    return JournalSuperblock.parse(
        bytes, blockSize, journal.place().structure("journal superblock"));
  }

  /** The journal in an inode of the volume. */
  public static Journal internal(InodeTable table, long number, IoCounters counters)
      throws IOException {
    Inode inode = table.inode(number);
    Place place = inode.place().structure("journal");
    FileBlocks blocks = new FileBlocks(inode, table);
    return new Journal(
        table.store().device(),
        table.store().geometry(),
        counters,
        block -> {
          long where = block < blocks.count() ? blocks.locate(block) : -1;
          if (where < 0) {
            throw place.damaged("it has no block " + block + " of " + blocks.count());
          }
          return where;
        },
        place);
  }

  private static Journal external(
      InodeTable table, @Nullable BlockDevice device, IoCounters counters) throws IOException {
    Geometry geometry = table.store().geometry();
    String volume = table.store().device().name();
    if (device == null) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP,
          "open volume",
          volume,
          "it was not unmounted, and its journal "
              + geometry.superblock().journalUuid()
              + " is on a device of its own; name that device");
    }
    // the superblock of the device, then that of the journal in the block behind it
    long first = geometry.superblockBlock() + 1;
    long most = device.size() >> geometry.blockShift();
    Place place = Place.of(device.name(), "journal");
    Journal journal =
        new Journal(
            device,
            geometry,
            counters,
            block -> {
              long where = block == 0 ? first : block;
              if (where >= most) {
                throw place.damaged("it has no block " + block + " on its device");
              }
              return where;
            },
            place);
    JournalSuperblock superblock = superblock(journal, table);
    if (!superblock.uuid().equals(geometry.superblock().journalUuid())) {
      throw new BlockIoException(
          Errno.EINVAL,
          "open volume",
          volume,
          "its journal is "
              + geometry.superblock().journalUuid()
              + "; on "
              + device.name()
              + " is journal "
              + superblock.uuid());
    }
    return journal;
  }
}
