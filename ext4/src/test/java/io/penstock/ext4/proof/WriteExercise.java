package io.penstock.ext4.proof;

import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Changes some files of a volume in ways that follow from a seed, and remembers what they must
 * hold. While one file is changed others may have a write in flight; the next that is done to such
 * a file waits for it first. Not thread-safe.
 */
public final class WriteExercise implements AutoCloseable {
  private static final int MOST_AT_ONCE = 200_000;

  private final SplittableRandom random;
  private final int largest;
  private final List<Subject> subjects = new ArrayList<>();
  private final IoArena arena = IoArena.ofShared();
  private final MemorySegment memory = arena.allocate(MOST_AT_ONCE + 8192L, 4096);
  private int operations;
  private String last = "nothing";

  /** A file and what it must hold. */
  public static final class Subject {
    private final String name;
    private final ExpectedBytes expected = new ExpectedBytes();
    private Ext4File file;
    private final MemorySegment own;
    private CompletableFuture<Long> inFlight;

    Subject(String name, MemorySegment own) {
      this.name = name;
      this.own = own;
    }

    /** Waits for the write that is in flight, if there is one. */
    private void settle() {
      CompletableFuture<Long> last = inFlight;
      if (last != null) {
        inFlight = null;
        last.join();
      }
    }

    /** Its name in the root. */
    public String name() {
      return name;
    }

    /** What it must hold. */
    public ExpectedBytes expected() {
      return expected;
    }
  }

  /**
   * Creates the files.
   *
   * @param largest most bytes of a file
   */
  public WriteExercise(Ext4Volume volume, long seed, int files, int largest) throws IOException {
    random = new SplittableRandom(seed);
    this.largest = largest;
    for (int i = 0; i < files; i++) {
      Subject subject = new Subject("subject-" + i, arena.allocate(MOST_AT_ONCE, 4096));
      volume.create(volume.root(), Name.of(subject.name), 0644);
      subjects.add(subject);
    }
    open(volume);
  }

  /** The files. */
  public List<Subject> subjects() {
    return subjects;
  }

  /** What was done so far. */
  public int operations() {
    return operations;
  }

  /** Opens the files, of the same volume opened again. */
  public void open(Ext4Volume volume) throws IOException {
    for (Subject each : subjects) {
      each.file = volume.resolve("/" + each.name).open();
    }
  }

  /** Closes the files. */
  public void closeFiles() throws IOException {
    settleAll();
    for (Subject each : subjects) {
      each.file.close();
    }
  }

  /** Waits for all writes that are in flight. */
  public void settleAll() {
    subjects.forEach(Subject::settle);
  }

  /** Does something to one of the files. */
  public void step() throws IOException {
    operations++;
    Subject subject = subjects.get(random.nextInt(subjects.size()));
    subject.settle();
    switch (random.nextInt(17)) {
      case 0, 1, 2, 3, 4, 5 -> write(subject, position(subject), length());
      case 6, 7 -> append(subject);
      case 8 -> truncate(subject, random.nextInt(largest));
      case 9 -> truncate(subject, Math.max(0, subject.expected.size() - random.nextInt(9000)));
      case 10, 11 -> punch(subject);
      case 12 -> preallocate(subject);
      case 13 -> subject.file.sync();
      case 14 -> writeBlocks(subject);
      case 15 -> writeLater(subject);
      default -> compare(subject, random.nextInt(largest), 50_000);
    }
  }

  private int length() {
    return random.nextInt(4) == 0 ? 1 + random.nextInt(MOST_AT_ONCE) : 1 + random.nextInt(6000);
  }

  private int position(Subject subject) {
    return random.nextBoolean() && subject.expected.size() > 0
        ? random.nextInt(subject.expected.size())
        : random.nextInt(largest - MOST_AT_ONCE);
  }

  private MemorySegment data(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    int shift = random.nextInt(3) == 0 ? random.nextInt(512) : 0;
    MemorySegment part = memory.asSlice(shift, length);
    MemorySegment.copy(bytes, 0, part, ValueLayout.JAVA_BYTE, 0, length);
    return part;
  }

  private void write(Subject subject, int position, int wanted) throws IOException {
    int length = Math.min(wanted, largest - position);
    last = "write " + position + "+" + length;
    MemorySegment data = data(length);
    if (random.nextInt(5) == 0 && length > 2) {
      int cut = 1 + random.nextInt(length - 1);
      subject.file.write(IoVector.of(data.asSlice(0, cut), data.asSlice(cut)), position);
    } else {
      subject.file.write(data, position);
    }
    subject.expected.written(position, data);
  }

  private void writeBlocks(Subject subject) throws IOException {
    int block = 1 << 9 + random.nextInt(5);
    int position = position(subject) & -block;
    int length = Math.min(largest - position, block * (1 + random.nextInt(20))) & -block;
    if (length > 0) {
      last = "write blocks " + position + "+" + length;
      MemorySegment data = memory.asSlice(0, length);
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, length);
      subject.file.writeAsync(data, position).join();
      subject.expected.written(position, data);
    }
  }

  private void writeLater(Subject subject) {
    int position = position(subject);
    int length = Math.min(length(), largest - position);
    if (length > 0) {
      last = "write in flight " + position + "+" + length;
      MemorySegment data = subject.own.asSlice(0, length);
      data.copyFrom(data(length));
      subject.inFlight = subject.file.writeAsync(data, position);
      subject.expected.written(position, data);
    }
  }

  private void append(Subject subject) throws IOException {
    int length = Math.min(length(), largest - subject.expected.size());
    if (length > 0) {
      last = "append " + length + " to " + subject.expected.size();
      MemorySegment data = data(length);
      long position = subject.file.append(data);
      require(position == subject.expected.size(), subject, "appended at " + position);
      subject.expected.written((int) position, data);
    }
  }

  private void truncate(Subject subject, int size) throws IOException {
    last = "truncate " + subject.expected.size() + " to " + size;
    subject.file.truncate(size);
    subject.expected.truncated(size);
  }

  private void punch(Subject subject) throws IOException {
    int position = position(subject);
    int length = length();
    last = "punch " + position + "+" + length + " of " + subject.expected.size();
    subject.file.punchHole(position, length);
    subject.expected.punched(position, length);
  }

  private void preallocate(Subject subject) throws IOException {
    if (!subject.file.node().inode().has(InodeFlag.EXTENTS)) {
      return;
    }
    int position = position(subject);
    int length = Math.min(length(), largest - position);
    last = "preallocate " + position + "+" + length + " of " + subject.expected.size();
    if (random.nextBoolean()) {
      subject.file.preallocateKeepingSize(position, length);
    } else {
      subject.file.preallocate(position, length);
      subject.expected.growTo(position + length);
    }
  }

  private void compare(Subject subject, int position, int wanted) throws IOException {
    String wrong = subject.expected.difference(subject.file, position, wanted);
    require(wrong == null, subject, wrong);
  }

  /** Compares all of the files with what they must hold. */
  public void compareAll() throws IOException {
    settleAll();
    for (Subject each : subjects) {
      require(
          each.file.size() == each.expected.size(),
          each,
          "has " + each.file.size() + " bytes, not " + each.expected.size());
      for (int at = 0; at < each.expected.size(); at += MOST_AT_ONCE) {
        compare(each, at, MOST_AT_ONCE);
      }
    }
  }

  /** Runs of data of all files. */
  public int runs() throws IOException {
    int[] count = new int[1];
    for (Subject each : subjects) {
      Ext4Node node = each.file.node().volume().node(each.file.node().number());
      node.runs(run -> count[0]++);
    }
    return count[0];
  }

  private void require(boolean holds, Subject subject, String detail) {
    if (!holds) {
      throw new AssertionError(
          subject.name + " after operation " + operations + ", " + last + ": " + detail);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
