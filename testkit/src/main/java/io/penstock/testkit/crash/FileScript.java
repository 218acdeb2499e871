package io.penstock.testkit.crash;

import io.penstock.testkit.Dice;
import java.util.Locale;

/**
 * What {@link FileWorkload}s do to a file, for layouts with blocks of a few KiB: some twenty
 * changes each, so that nearly everything a crash can leave is looked at. All keep below 96 KiB.
 */
public enum FileScript implements FileWorkload.Script {
  /** Data-sync appends of any length: a log. Each makes the size durable (CMP-6). */
  APPEND {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      for (int i = 0; i < 20; i++) {
        file.writeDurably(file.size(), dice.between(1, 9) * SECTOR);
      }
    }
  },

  /** Overwrites of a file that was written whole, each few with a sync. */
  OVERWRITE {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      file.write(0, 12 * BLOCK);
      file.sync();
      for (int i = 0; i < 20; i++) {
        write(file, dice, 12);
        syncOnceIn(4, file, dice);
      }
      file.sync();
    }
  },

  /** Data-sync overwrites, which need only forced unit access (BIO-9), among others. */
  DURABLE_OVERWRITE {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      file.write(0, 8 * BLOCK);
      file.sync();
      for (int i = 0; i < 16; i++) {
        if (dice.percent(60)) {
          writeDurably(file, dice, 8);
        } else {
          write(file, dice, 10);
        }
      }
      file.sync();
    }
  },

  /** Writes of parts of blocks that did not exist, in any order (ZERO-1, ZERO-2). */
  PARTIAL_BLOCKS {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      for (int i = 0; i < 20; i++) {
        long at = dice.below(16L) * BLOCK + dice.below(SECTORS) * (long) SECTOR;
        file.write(at, dice.between(1, 3) * SECTOR);
        syncOnceIn(4, file, dice);
      }
      file.sync();
    }
  },

  /** A sparse file whose holes are filled, and overwritten durably before any sync (BIO-9). */
  HOLES {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      file.writeDurably(18 * BLOCK, BLOCK);
      // a hole first, and last what is durable already: the request as a whole needs a sync
      file.writeDurably(17 * BLOCK, 2 * BLOCK);
      // data, but no table has it yet
      file.write(16 * BLOCK, BLOCK);
      file.writeDurably(16 * BLOCK, SECTOR);
      for (int i = 0; i < 12; i++) {
        long at = dice.below(16L * SECTORS) * SECTOR;
        file.write(at, dice.between(1, SECTORS) * SECTOR);
        if (dice.oneIn(2)) {
          file.writeDurably(at, (dice.oneIn(2) ? 1 : dice.between(1, 12)) * SECTOR);
        }
      }
      file.sync();
    }
  },

  /**
   * Truncates to any byte, down and up, among writes, many of them over the end: blocks are freed
   * and used again, and a crash leaves bytes behind the end.
   */
  TRUNCATE {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      file.write(0, 2 * BLOCK);
      file.truncate(5000);
      file.sync();
      // a crash before the next sync may leave this behind the end, 5000
      file.write(9 * SECTOR, 2 * SECTOR);
      for (int i = 0; i < 20; i++) {
        if (dice.oneIn(3)) {
          file.truncate(dice.below((int) (file.size() + 2 * BLOCK)) % LARGEST);
        } else if (dice.oneIn(2)) {
          file.write(file.size() / SECTOR * SECTOR, dice.between(1, 6) * SECTOR);
        } else {
          write(file, dice, 10);
        }
        syncOnceIn(3, file, dice);
      }
      file.sync();
    }
  },

  /** Several writes in flight at once, and syncs while some are still. */
  IN_FLIGHT {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 5; i++) {
          long at = (round * 3L + i * 2L) * BLOCK + dice.below(SECTORS) * (long) SECTOR;
          file.submit(at, dice.between(1, SECTORS) * SECTOR, dice.oneIn(3));
        }
        for (int i = 0; i < 3; i++) {
          file.letGo(dice);
        }
        file.sync();
        file.drain(dice);
      }
      file.sync();
    }
  },

  /** Everything. */
  MIXED {
    @Override
    public void run(RecordedFile file, Dice dice) throws Exception {
      for (int i = 0; i < 24; i++) {
        switch (dice.below(8)) {
          case 0, 1 -> write(file, dice, 14);
          case 2 -> writeDurably(file, dice, 14);
          case 3 -> file.writeDurably(roundUp(file.size()) % LARGEST, BLOCK);
          case 4 -> file.truncate(dice.below((int) (file.size() + BLOCK)) % LARGEST);
          case 5 -> file.sync();
          default -> {
            file.submit(2 * BLOCK, dice.between(1, 2 * SECTORS) * SECTOR, false);
            file.submit(8 * BLOCK, dice.between(1, 2 * SECTORS) * SECTOR, dice.oneIn(2));
            syncOnceIn(2, file, dice);
            file.drain(dice);
          }
        }
      }
      file.sync();
    }
  };

  private static final int SECTOR = 512;
  private static final int SECTORS = 8;
  private static final int BLOCK = SECTOR * SECTORS;
  private static final int LARGEST = 20 * BLOCK;

  private static void write(RecordedFile file, Dice dice, int blocks) throws Exception {
    file.write(dice.below((long) blocks * SECTORS) * SECTOR, dice.between(1, 12) * SECTOR);
  }

  private static void writeDurably(RecordedFile file, Dice dice, int blocks) throws Exception {
    file.writeDurably(dice.below((long) blocks * SECTORS) * SECTOR, dice.between(1, 12) * SECTOR);
  }

  private static void syncOnceIn(int chance, RecordedFile file, Dice dice) throws Exception {
    if (dice.oneIn(chance)) {
      file.sync();
    }
  }

  private static long roundUp(long size) {
    return (size + SECTOR - 1) / SECTOR * SECTOR;
  }

  /**
   * Whether something acknowledged, or poison, shows up when any flush with something to do is left
   * out. Elsewhere a flush may guard what is cut off or not acknowledged.
   */
  public boolean needsEveryFlush() {
    return switch (this) {
      case APPEND, OVERWRITE, DURABLE_OVERWRITE, PARTIAL_BLOCKS, HOLES -> true;
      case TRUNCATE, IN_FLIGHT, MIXED -> false;
    };
  }

  /** Its name on a command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
