package io.penstock.ext4.proof;

import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Has files of a directory live and die as one seed says: they are created, written, cut, opened
 * twice, replaced by others, and lose their names while they are open. What each must hold is known
 * and compared, so that what other files had in the same blocks is noticed. For one thread; others
 * may do the same in other directories.
 */
final class FileLives implements Callable<FileLives> {
  private static final int MOST_FILES = 12;
  private static final int LARGEST = 200_000;
  private static final int MOST_AT_ONCE = 40_000;

  private final Dice dice;
  private final Ext4Volume volume;
  private final Ext4Node directory;
  private final int operations;
  private final List<Life> lives = new ArrayList<>();
  private int done;

  /** A file and what it must hold. */
  private static final class Life {
    @Nullable Name name;
    @Nullable Ext4File file;
    @Nullable Ext4File second;
    final ExpectedBytes expected = new ExpectedBytes();

    Life(Name name) {
      this.name = name;
    }

    Ext4File file() {
      if (file == null) {
        throw new IllegalStateException(name + " is not open");
      }
      return file;
    }

    @Override
    public String toString() {
      return (name == null ? "a file without a name" : name) + " of " + expected.size() + " bytes";
    }
  }

  /** In an empty directory, so many operations. */
  FileLives(long seed, Ext4Volume volume, Ext4Node directory, int operations) {
    dice = new Dice(seed);
    this.volume = volume;
    this.directory = directory;
    this.operations = operations;
  }

  @Override
  public FileLives call() throws IOException {
    for (done = 0; done < operations; done++) {
      try {
        step();
      } catch (IOException | RuntimeException | Error failure) {
        throw new IOException("operation " + done + " on files failed", failure);
      }
    }
    return this;
  }

  private void step() throws IOException {
    if (lives.isEmpty() || lives.size() < MOST_FILES && dice.oneIn(8)) {
      lives.add(born());
      return;
    }
    Life life = lives.get(dice.below(lives.size()));
    if (life.file == null) {
      open(life);
    }
    switch (dice.below(19)) {
      case 0, 1, 2, 3, 4 -> write(life, dice.below(LARGEST - MOST_AT_ONCE));
      case 5, 6 -> append(life);
      case 7 -> truncate(life, dice.below(LARGEST));
      case 8 -> truncate(life, Math.max(0, life.expected.size() - dice.below(9000)));
      case 9 -> compare(life);
      case 10 -> openAgain(life);
      case 11 -> close(life);
      case 12, 13 -> loseName(life);
      case 14 -> rename(life);
      case 15 -> punch(life);
      case 16 -> preallocate(life);
      case 17 -> writeLater(life);
      default -> life.file().sync();
    }
  }

  private Life born() throws IOException {
    Name name = Name.of("life-" + done);
    Life life = new Life(name);
    life.file = directory.createFile(name, 0644).open();
    return life;
  }

  private Ext4Node child(Name name) throws IOException {
    Ext4Node found = directory.child(name);
    if (found == null) {
      throw new IOException(name + " is not there");
    }
    return found;
  }

  private void open(Life life) throws IOException {
    if (life.name == null) {
      throw new IllegalStateException("a file that is closed and has no name");
    }
    life.file = child(life.name).open();
    compare(life);
  }

  private MemorySegment data() {
    byte[] data = new byte[1 + dice.below(MOST_AT_ONCE)];
    long each = dice.nextLong();
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (each >>> 8 * (i & 7));
    }
    return MemorySegment.ofArray(data);
  }

  private void write(Life life, int position) throws IOException {
    MemorySegment data = data();
    life.file().write(data, position);
    life.expected.written(position, data);
  }

  private void append(Life life) throws IOException {
    MemorySegment data = data();
    if (life.expected.size() + data.byteSize() <= LARGEST) {
      long position = life.file().append(data);
      require(position == life.expected.size(), life, "appended at " + position);
      life.expected.written((int) position, data);
    }
  }

  private void truncate(Life life, int size) throws IOException {
    life.file().truncate(size);
    life.expected.truncated(size);
  }

  private void punch(Life life) throws IOException {
    int from = dice.below(LARGEST);
    int length = 1 + dice.below(MOST_AT_ONCE);
    life.file().punchHole(from, length);
    life.expected.punched(from, length);
  }

  private void preallocate(Life life) throws IOException {
    Ext4File file = life.file();
    if (file.node().inode().has(InodeFlag.EXTENTS)) {
      file.preallocateKeepingSize(dice.below(LARGEST), 1 + dice.below(MOST_AT_ONCE));
    }
  }

  private void writeLater(Life life) {
    MemorySegment data = data();
    int position = dice.below(LARGEST - MOST_AT_ONCE);
    long written = life.file().writeAsync(data, position).join();
    if (written != data.byteSize()) {
      throw new IllegalStateException(written + " of " + data.byteSize() + " were written");
    }
    life.expected.written(position, data);
  }

  private void compare(Life life) throws IOException {
    compare(life, life.file());
    if (life.second != null) {
      compare(life, life.second);
    }
  }

  private void compare(Life life, Ext4File file) throws IOException {
    String wrong = life.expected.difference(file);
    require(wrong == null, life, "it " + wrong);
  }

  private void require(boolean holds, Life life, String detail) throws IOException {
    if (!holds) {
      throw new IOException(life + " before operation " + done + ": " + detail);
    }
  }

  private void openAgain(Life life) throws IOException {
    if (life.second == null && life.name != null) {
      life.second = child(life.name).open();
    }
  }

  /** The second handle first, where there is one; without any and without a name it is gone. */
  private void close(Life life) throws IOException {
    Ext4File second = life.second;
    if (second != null) {
      life.second = null;
      second.close();
      return;
    }
    life.file().close();
    life.file = null;
    if (life.name == null) {
      lives.remove(life);
    }
  }

  private void loseName(Life life) throws IOException {
    if (life.name != null) {
      directory.unlink(life.name);
      life.name = null;
    } else {
      compare(life);
      close(life);
    }
  }

  /** To a new name, or to that of another, which loses it. */
  private void rename(Life life) throws IOException {
    Life other = lives.get(dice.below(lives.size()));
    boolean replaces = other != life && other.name != null;
    Name newName = replaces ? other.name : Name.of("moved-" + done);
    if (life.name == null || newName == null) {
      return;
    }
    volume.rename(directory, life.name, directory, newName, replaces);
    life.name = newName;
    if (replaces) {
      other.name = null;
      if (other.file == null) {
        lives.remove(other);
      }
    }
  }

  /** Compares and closes all that is left; how many files have names. */
  long end() throws IOException {
    Set<Name> names = new HashSet<>();
    for (Life each : List.copyOf(lives)) {
      if (each.file == null) {
        open(each);
      }
      compare(each);
      if (each.name != null) {
        names.add(each.name);
      }
      while (each.file != null) {
        close(each);
      }
    }
    Set<Name> found = new HashSet<>();
    Ext4Node.Entries entries = directory.entries();
    for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
      if (!each.name().isDots()) {
        found.add(each.name());
      }
    }
    if (!found.equals(names)) {
      throw new IOException("there is " + found + ", and should be " + names);
    }
    return names.size();
  }
}
