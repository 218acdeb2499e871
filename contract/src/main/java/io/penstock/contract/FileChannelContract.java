package io.penstock.contract;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link FileChannel} promises, whatever is under it. Subclasses open one; the JDK's own
 * keeps it too. Where implementations may differ, they say so by overriding.
 */
public abstract class FileChannelContract {
  /** No multiple of any block. */
  private static final int LENGTH = 70_001;

  @TempDir private Path directory;

  /**
   * Opens a file, as {@link FileChannel#open(Path, OpenOption...)}; the test closes it.
   *
   * @param options {@link java.nio.file.StandardOpenOption}s
   */
  protected abstract FileChannel open(Path path, OpenOption... options) throws IOException;

  /** Whether an interrupt of a thread in an operation closes the channel, as the JDK's does. */
  protected boolean isClosedByInterrupt() {
    return false;
  }

  /** Whether files can be mapped; otherwise that throws {@link UnsupportedOperationException}. */
  protected boolean maps() {
    return false;
  }

  private Path path() {
    return directory.resolve("file");
  }

  private FileChannel readWrite() throws IOException {
    return open(path(), READ, WRITE, CREATE);
  }

  /** A file that is there, with contents that are the same for the same length. */
  private byte[] fill(int length) throws IOException {
    byte[] bytes = bytes(length, length);
    Files.write(path(), bytes);
    return bytes;
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Every kind of buffer there is, with the same room, not all of it at a boundary. */
  private static List<ByteBuffer> buffers(int length) {
    return List.of(
        ByteBuffer.allocate(length),
        ByteBuffer.allocateDirect(length),
        ByteBuffer.allocate(length + 20).position(7).limit(length + 7),
        ByteBuffer.allocate(length + 20).position(7).slice().limit(length),
        ByteBuffer.allocateDirect(length + 20).position(3).limit(length + 3),
        ByteBuffer.allocateDirect(length + 20).position(9).slice(9, length),
        ByteBuffer.allocateDirect(length + 8192).alignedSlice(4096).limit(length),
        Arena.ofAuto().allocate(length, 4096).asByteBuffer());
  }

  private static byte[] contents(ByteBuffer flipped) {
    byte[] bytes = new byte[flipped.remaining()];
    flipped.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] range(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  // --- opening ---

  @Test
  final void opensWhatIsThereAndMakesWhatIsNotWhenAsked() throws IOException {
    assertThrows(NoSuchFileException.class, () -> open(path(), READ));
    assertThrows(NoSuchFileException.class, () -> open(path(), WRITE));
    open(path(), CREATE_NEW, WRITE).close();
    assertThrows(FileAlreadyExistsException.class, () -> open(path(), CREATE_NEW, WRITE));
    fill(10);
    try (FileChannel channel = open(path(), CREATE, WRITE)) {
      assertEquals(10, channel.size());
    }
    try (FileChannel channel = open(path(), TRUNCATE_EXISTING, WRITE)) {
      assertEquals(0, channel.size());
    }
    open(path(), WRITE, DELETE_ON_CLOSE).close();
    assertFalse(Files.exists(path()));
  }

  @Test
  final void refusesOptionsThatContradictEachOther() throws IOException {
    fill(10);
    assertThrows(IllegalArgumentException.class, () -> open(path(), READ, APPEND));
    assertThrows(IllegalArgumentException.class, () -> open(path(), APPEND, TRUNCATE_EXISTING));
  }

  @Test
  final void readsOnlyWhatWasOpenedForReadingAndWritesOnlyWhatWasOpenedForWriting()
      throws IOException {
    fill(100);
    ByteBuffer buffer = ByteBuffer.allocate(10);
    ByteBuffer[] buffers = {buffer};
    ReadableByteChannel source = Channels.newChannel(new ByteArrayInputStream(new byte[5]));
    WritableByteChannel target = Channels.newChannel(new ByteArrayOutputStream());
    try (FileChannel channel = open(path())) {
      assertThrows(NonWritableChannelException.class, () -> channel.write(buffer));
      assertThrows(NonWritableChannelException.class, () -> channel.write(buffers));
      assertThrows(NonWritableChannelException.class, () -> channel.write(buffer, 0));
      assertThrows(NonWritableChannelException.class, () -> channel.truncate(5));
      assertThrows(NonWritableChannelException.class, () -> channel.transferFrom(source, 0, 5));
      assertThrows(NonWritableChannelException.class, channel::lock);
      assertThrows(NonWritableChannelException.class, channel::tryLock);
      channel.force(true);
      assertEquals(10, channel.read(buffer));
    }
    for (OpenOption mode : new OpenOption[] {WRITE, APPEND}) {
      try (FileChannel channel = open(path(), mode)) {
        assertThrows(NonReadableChannelException.class, () -> channel.read(buffer));
        assertThrows(NonReadableChannelException.class, () -> channel.read(buffers));
        assertThrows(NonReadableChannelException.class, () -> channel.read(buffer, 0));
        assertThrows(NonReadableChannelException.class, () -> channel.transferTo(0, 5, target));
        assertThrows(NonReadableChannelException.class, () -> channel.lock(0, 5, true));
        assertThrows(NonReadableChannelException.class, () -> channel.tryLock(0, 5, true));
      }
    }
  }

  // --- reading and writing ---

  @Test
  @Rule("FILE-3")
  final void movesBytesThroughAnyBufferAtAnyPosition() throws IOException {
    byte[] expected = fill(LENGTH);
    try (FileChannel channel = readWrite()) {
      for (int[] each :
          new int[][] {{0, 4096}, {4096, 8192}, {1, 5000}, {60_000, 10_001}, {9, 1}}) {
        for (ByteBuffer buffer : buffers(each[1])) {
          byte[] bytes = bytes(each[1], each[0] + each[1]);
          int start = buffer.position();
          buffer.put(bytes).position(start);
          assertEquals(each[1], channel.write(buffer.asReadOnlyBuffer(), each[0]));
          assertEquals(each[1], channel.write(buffer, each[0]));
          assertEquals(start + each[1], buffer.position());
          System.arraycopy(bytes, 0, expected, each[0], each[1]);
          buffer.position(start).put(new byte[each[1]]).position(start);
          assertEquals(each[1], channel.read(buffer, each[0]));
          assertEquals(start + each[1], buffer.position());
          assertArrayEquals(bytes, contents(buffer.position(start)));
        }
      }
      assertEquals(0, channel.position());
      assertEquals(LENGTH, channel.size());
    }
    assertArrayEquals(expected, Files.readAllBytes(path()));
  }

  @Test
  @Rule("FILE-1")
  final void endOfFileIsMinusOneAndAReadBeforeItIsShort() throws IOException {
    byte[] bytes = fill(5000);
    try (FileChannel channel = open(path(), READ)) {
      for (ByteBuffer buffer : buffers(8192)) {
        int start = buffer.position();
        assertEquals(-1, channel.read(buffer, 5000));
        assertEquals(-1, channel.read(buffer, 5001));
        assertEquals(-1, channel.read(buffer, 1L << 40));
        assertEquals(start, buffer.position());
        assertEquals(1000, channel.read(buffer, 4000));
        assertArrayEquals(range(bytes, 4000, 1000), contents(buffer.flip().position(start)));
        channel.position(0);
        buffer.clear().position(start);
        buffer.limit(start + 4096);
        assertEquals(4096, channel.read(buffer));
        buffer.position(start);
        assertEquals(904, channel.read(buffer));
        buffer.position(start);
        assertEquals(-1, channel.read(buffer));
        assertEquals(5000, channel.position());
      }
      ByteBuffer[] two = {ByteBuffer.allocate(10), ByteBuffer.allocate(10)};
      assertEquals(-1, channel.read(two));
    }
  }

  @Test
  final void buffersWithoutRoomMoveNothing() throws IOException {
    fill(100);
    try (FileChannel channel = readWrite()) {
      for (ByteBuffer none :
          List.of(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(9).limit(0))) {
        assertEquals(0, channel.read(none));
        assertEquals(0, channel.read(none, 5));
        assertEquals(0, channel.read(none, 1000));
        assertEquals(0, channel.write(none));
        assertEquals(0, channel.write(none, 1000));
        assertEquals(0, channel.read(new ByteBuffer[] {none, none}));
        assertEquals(0, channel.write(new ByteBuffer[] {none}));
      }
      assertEquals(0, channel.read(new ByteBuffer[0]));
      assertEquals(0, channel.write(new ByteBuffer[0]));
      assertEquals(0, channel.position());
      assertEquals(100, channel.size());
    }
  }

  @Test
  final void refusesWhatMakesNoSense() throws IOException {
    fill(100);
    try (FileChannel channel = readWrite()) {
      ByteBuffer buffer = ByteBuffer.allocate(10);
      ByteBuffer[] buffers = {buffer, buffer.duplicate()};
      ByteBuffer readOnly = ByteBuffer.allocate(10).asReadOnlyBuffer();
      refused(() -> channel.read(readOnly));
      refused(() -> channel.read(readOnly, 0));
      refused(() -> channel.read(new ByteBuffer[] {readOnly}));
      refused(() -> channel.read(buffer, -1));
      refused(() -> channel.write(buffer, -1));
      refused(() -> channel.position(-1));
      refused(() -> channel.truncate(-1));
      refused(() -> channel.transferTo(-1, 5, channel));
      refused(() -> channel.transferTo(0, -1, channel));
      refused(() -> channel.transferFrom(channel, -1, 5));
      refused(() -> channel.transferFrom(channel, 0, -1));
      refused(() -> channel.tryLock(-1, 5, false));
      refused(() -> channel.tryLock(0, -1, false));
      refused(() -> channel.lock(Long.MAX_VALUE, 5, false));
      for (int[] outside : new int[][] {{-1, 1}, {0, 3}, {2, 1}, {1, Integer.MAX_VALUE}}) {
        assertThrows(
            IndexOutOfBoundsException.class, () -> channel.read(buffers, outside[0], outside[1]));
        assertThrows(
            IndexOutOfBoundsException.class, () -> channel.write(buffers, outside[0], outside[1]));
      }
      assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer) null));
      assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer) null));
      assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer) null, 0));
      assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer) null, 0));
      assertEquals(10, buffer.remaining());
      assertEquals(100, channel.size());
      assertEquals(0, channel.position());
    }
  }

  private static void refused(Executable operation) {
    assertThrows(IllegalArgumentException.class, operation);
  }

  @Test
  final void scattersAndGathersThePartOfTheArrayThatIsNamed() throws IOException {
    byte[] bytes = bytes(9000, 3);
    try (FileChannel channel = readWrite()) {
      ByteBuffer[] sources = {
        null,
        ByteBuffer.wrap(range(bytes, 0, 100)),
        ByteBuffer.allocateDirect(0),
        ByteBuffer.allocateDirect(8000).put(bytes, 100, 8000).flip(),
        ByteBuffer.wrap(bytes).position(8100).asReadOnlyBuffer(),
        ByteBuffer.allocate(5)
      };
      assertEquals(9000, channel.write(sources, 1, 4));
      assertEquals(9000, channel.position());
      assertEquals(0, sources[3].remaining());
      assertEquals(5, sources[5].remaining());
      channel.position(10);
      ByteBuffer[] targets = {
        ByteBuffer.allocate(5), ByteBuffer.allocateDirect(4096), ByteBuffer.allocate(8192), null
      };
      assertEquals(8990, channel.read(targets, 1, 2));
      assertEquals(0, targets[0].position());
      assertArrayEquals(range(bytes, 10, 4096), contents(targets[1].flip()));
      assertArrayEquals(range(bytes, 4106, 4894), contents(targets[2].flip()));
      assertEquals(9000, channel.position());
    }
    assertArrayEquals(bytes, Files.readAllBytes(path()));
  }

  // --- position, size, end ---

  @Test
  final void relativeOperationsGoOnWhereTheLastOneEnded() throws IOException {
    byte[] bytes = bytes(10_000, 5);
    try (FileChannel channel = readWrite()) {
      for (int at = 0; at < bytes.length; at += 1000) {
        assertEquals(at, channel.position());
        assertEquals(1000, channel.write(ByteBuffer.wrap(bytes, at, 1000)));
      }
      assertSame(channel, channel.position(2500));
      ByteBuffer target = ByteBuffer.allocateDirect(3000);
      assertEquals(3000, channel.read(target));
      assertArrayEquals(range(bytes, 2500, 3000), contents(target.flip()));
      assertEquals(10, channel.read(ByteBuffer.allocate(10), 0));
      assertEquals(10, channel.write(ByteBuffer.wrap(bytes, 0, 10), 0));
      assertEquals(5500, channel.position());
    }
    assertArrayEquals(bytes, Files.readAllBytes(path()));
  }

  @Test
  @Rule("FILE-3")
  final void aGapThatAWriteLeavesReadsAsZeros() throws IOException {
    fill(10);
    try (FileChannel channel = readWrite()) {
      channel.position(20_000);
      assertEquals(10, channel.size());
      assertEquals(-1, channel.read(ByteBuffer.allocate(5)));
      assertEquals(3, channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
      assertEquals(20_003, channel.size());
      assertEquals(4, channel.write(ByteBuffer.wrap(new byte[] {4, 5, 6, 7}), 30_000));
      assertEquals(20_003, channel.position());
    }
    byte[] expected = Arrays.copyOf(bytes(10, 10), 30_004);
    System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 20_000, 3);
    System.arraycopy(new byte[] {4, 5, 6, 7}, 0, expected, 30_000, 4);
    assertArrayEquals(expected, Files.readAllBytes(path()));
  }

  @Test
  @Rule("FILE-1")
  final void truncatingCutsAndClampsThePositionButNeverGrows() throws IOException {
    byte[] bytes = fill(10_000);
    try (FileChannel channel = readWrite()) {
      channel.position(9_000);
      assertSame(channel, channel.truncate(20_000));
      assertEquals(10_000, channel.size());
      assertEquals(9_000, channel.position());
      channel.truncate(9_500);
      assertEquals(9_000, channel.position());
      channel.truncate(4_097);
      assertEquals(4_097, channel.size());
      assertEquals(4_097, channel.position());
      assertArrayEquals(range(bytes, 0, 4_097), Files.readAllBytes(path()));
      channel.position(50_000).truncate(20_000);
      assertEquals(20_000, channel.position());
      channel.write(ByteBuffer.wrap(new byte[] {9}), 5_000);
      byte[] expected = Arrays.copyOf(range(bytes, 0, 4_097), 5_001);
      expected[5_000] = 9;
      assertArrayEquals(expected, Files.readAllBytes(path()));
      channel.truncate(0);
      assertEquals(0, channel.size());
    }
  }

  @Test
  @Rule("FILE-1")
  final void appendingAlwaysGoesToTheEnd() throws IOException {
    byte[] bytes = fill(5000);
    try (FileChannel channel = open(path(), APPEND);
        FileChannel other = open(path(), WRITE)) {
      assertEquals(5000, channel.position());
      channel.position(10);
      assertEquals(3, channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
      assertEquals(5003, channel.position());
      other.write(ByteBuffer.wrap(new byte[] {4}), 5003);
      ByteBuffer[] two = {ByteBuffer.wrap(new byte[] {5}), ByteBuffer.wrap(new byte[] {6})};
      assertEquals(2, channel.write(two));
      assertEquals(5006, channel.position());
      channel.truncate(5005);
      assertEquals(5005, channel.position());
    }
    byte[] expected = Arrays.copyOf(bytes, 5005);
    System.arraycopy(new byte[] {1, 2, 3, 4, 5}, 0, expected, 5000, 5);
    assertArrayEquals(expected, Files.readAllBytes(path()));
  }

  @Test
  final void threadsShareThePositionWithoutLosingWrites() throws Exception {
    try (FileChannel channel = readWrite();
        ExecutorService threads = fourThreads()) {
      List<Callable<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        byte[] record = new byte[700];
        Arrays.fill(record, (byte) i);
        writers.add(() -> channel.write(ByteBuffer.wrap(record)));
      }
      for (Future<Integer> each : threads.invokeAll(writers)) {
        assertEquals(700, each.get());
      }
      assertEquals(40 * 700, channel.position());
    }
    byte[] all = Files.readAllBytes(path());
    boolean[] seen = new boolean[40];
    for (int at = 0; at < all.length; at += 700) {
      byte[] record = new byte[700];
      Arrays.fill(record, all[at]);
      assertArrayEquals(record, range(all, at, 700));
      seen[all[at]] = true;
    }
    for (boolean each : seen) {
      assertTrue(each);
    }
  }

  @Test
  final void forcesDataAndMetadata() throws IOException {
    try (FileChannel channel = readWrite()) {
      channel.write(ByteBuffer.allocate(5000));
      channel.force(false);
      channel.force(true);
    }
  }

  // --- transfers to and from other channels ---

  @Test
  final void transfersToAnyChannel() throws IOException {
    byte[] bytes = fill(LENGTH);
    try (FileChannel channel = open(path(), READ)) {
      for (int[] each : new int[][] {{0, LENGTH}, {1000, 5000}, {4096, 8192}, {70_000, 100}}) {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        int there = Math.min(each[1], LENGTH - each[0]);
        assertEquals(there, channel.transferTo(each[0], each[1], Channels.newChannel(target)));
        assertArrayEquals(range(bytes, each[0], there), target.toByteArray());
      }
      WritableByteChannel target = Channels.newChannel(new ByteArrayOutputStream());
      assertEquals(0, channel.transferTo(LENGTH, 5, target));
      assertEquals(0, channel.transferTo(1L << 40, 5, target));
      assertEquals(0, channel.transferTo(0, 0, target));
      assertEquals(0, channel.position());
      target.close();
      assertThrows(ClosedChannelException.class, () -> channel.transferTo(0, 5, target));
    }
  }

  @Test
  final void transfersFromAnyChannel() throws IOException {
    byte[] bytes = bytes(LENGTH, 8);
    byte[] expected = fill(5000);
    try (FileChannel channel = readWrite()) {
      ReadableByteChannel source = Channels.newChannel(new ByteArrayInputStream(bytes));
      assertEquals(0, channel.transferFrom(source, 0, 0));
      assertEquals(0, channel.transferFrom(source, 9000, 0));
      assertEquals(3000, channel.transferFrom(source, 777, 3000));
      assertEquals(LENGTH - 3000, channel.transferFrom(source, 5000, 1L << 40));
      assertEquals(0, channel.transferFrom(source, 0, 10));
      assertEquals(0, channel.position());
      source.close();
      assertThrows(ClosedChannelException.class, () -> channel.transferFrom(source, 0, 5));
    }
    System.arraycopy(bytes, 0, expected, 777, 3000);
    expected = Arrays.copyOf(expected, 2000 + LENGTH);
    System.arraycopy(bytes, 3000, expected, 5000, LENGTH - 3000);
    assertArrayEquals(expected, Files.readAllBytes(path()));
  }

  @Test
  final void transfersBetweenFilesOfThisKindAndOthers() throws IOException {
    byte[] bytes = fill(LENGTH);
    Path copy = directory.resolve("copy");
    try (FileChannel channel = readWrite();
        FileChannel same = open(copy, READ, WRITE, CREATE);
        FileChannel jdk = FileChannel.open(directory.resolve("jdk"), READ, WRITE, CREATE)) {
      for (FileChannel other : List.of(same, jdk)) {
        other.write(ByteBuffer.allocate(5));
        assertEquals(LENGTH - 11, transferAll(channel, 11, other));
        assertEquals(LENGTH - 6, other.position());
        other.position(6);
        assertEquals(100, channel.transferFrom(other, 12, 100));
        assertEquals(106, other.position());
      }
    }
    assertArrayEquals(bytes, Files.readAllBytes(path()));
    byte[] copied = Files.readAllBytes(copy);
    assertArrayEquals(range(bytes, 11, LENGTH - 11), range(copied, 5, LENGTH - 11));
    try (FileChannel channel = readWrite();
        FileChannel readOnly = open(copy, READ);
        FileChannel writeOnly = open(copy, WRITE)) {
      assertThrows(NonWritableChannelException.class, () -> channel.transferTo(0, 5, readOnly));
      assertThrows(NonReadableChannelException.class, () -> channel.transferFrom(writeOnly, 0, 5));
    }
  }

  private static long transferAll(FileChannel from, long at, WritableByteChannel to)
      throws IOException {
    long done = 0;
    long moved;
    do {
      moved = from.transferTo(at + done, Long.MAX_VALUE - at - done, to);
      done += moved;
    } while (moved > 0);
    return done;
  }

  @Test
  final void transfersThroughPipesWholeOrInPart() throws Exception {
    byte[] bytes = fill(LENGTH);
    Pipe pipe = Pipe.open();
    try (FileChannel channel = readWrite();
        Pipe.SinkChannel sink = pipe.sink();
        Pipe.SourceChannel source = pipe.source();
        FileChannel back = open(directory.resolve("back"), READ, WRITE, CREATE)) {
      sink.configureBlocking(false);
      source.configureBlocking(false);
      assertEquals(0, back.transferFrom(source, 0, 10));
      long sent = 0;
      long received = 0;
      while (received < LENGTH) {
        long moved = channel.transferTo(sent, LENGTH, sink);
        assertTrue(moved >= 0 && sent + moved <= LENGTH, () -> "moved " + moved);
        sent += moved;
        received += back.transferFrom(source, received, LENGTH);
      }
      assertEquals(LENGTH, sent);
    }
    assertArrayEquals(bytes, Files.readAllBytes(directory.resolve("back")));
  }

  // --- mapping ---

  @Test
  final void mapsOrSaysThatItCannot() throws IOException {
    byte[] bytes = fill(5000);
    try (FileChannel channel = open(path(), READ)) {
      if (maps()) {
        assertArrayEquals(range(bytes, 10, 20), contents(channel.map(MapMode.READ_ONLY, 10, 20)));
      } else {
        assertThrows(
            UnsupportedOperationException.class, () -> channel.map(MapMode.READ_ONLY, 10, 20));
      }
    }
  }

  // --- locks ---

  @Test
  final void locksRegionsUntilTheyAreReleased() throws IOException {
    fill(100);
    try (FileChannel channel = readWrite();
        FileChannel other = readWrite()) {
      FileLock lock = channel.lock(10, 20, false);
      assertSame(channel, lock.acquiredBy());
      assertSame(channel, lock.channel());
      assertEquals(10, lock.position());
      assertEquals(20, lock.size());
      assertFalse(lock.isShared());
      assertTrue(lock.isValid());
      assertThrows(OverlappingFileLockException.class, () -> channel.tryLock(29, 1, true));
      assertThrows(OverlappingFileLockException.class, () -> channel.lock(0, 11, false));
      assertThrows(OverlappingFileLockException.class, () -> other.tryLock(15, 1, false));
      FileLock beside = channel.tryLock(30, 5, true);
      assertNotNull(beside);
      assertTrue(beside.isShared());
      lock.release();
      lock.release();
      assertFalse(lock.isValid());
      assertTrue(beside.isValid());
      FileLock again = other.tryLock(10, 20, true);
      assertNotNull(again);
      again.close();
      beside.close();
      try (FileLock all = channel.lock()) {
        assertEquals(0, all.position());
        assertEquals(Long.MAX_VALUE, all.size());
      }
      FileLock toTheEnd = channel.tryLock(100, 0, false);
      assertNotNull(toTheEnd);
      assertTrue(toTheEnd.overlaps(1L << 60, 1));
    }
  }

  @Test
  final void closingReleasesLocks() throws IOException {
    fill(100);
    FileChannel channel = readWrite();
    FileLock lock = channel.lock();
    channel.close();
    assertFalse(lock.isValid());
    assertThrows(ClosedChannelException.class, lock::release);
    try (FileChannel other = readWrite();
        FileLock again = other.tryLock()) {
      assertNotNull(again);
    }
  }

  // --- closing and interrupts ---

  @Test
  @Rule("FILE-5")
  final void aClosedChannelRefusesEverything() throws IOException {
    fill(100);
    FileChannel channel = readWrite();
    channel.close();
    channel.close();
    assertFalse(channel.isOpen());
    ByteBuffer buffer = ByteBuffer.allocate(10);
    ByteBuffer[] buffers = {buffer};
    ReadableByteChannel source = Channels.newChannel(new ByteArrayInputStream(new byte[5]));
    WritableByteChannel target = Channels.newChannel(new ByteArrayOutputStream());
    for (Executable each :
        List.<Executable>of(
            () -> channel.read(buffer),
            () -> channel.read(buffer, 0),
            () -> channel.read(buffers),
            () -> channel.write(buffer),
            () -> channel.write(buffer, 0),
            () -> channel.write(buffers),
            channel::position,
            () -> channel.position(5),
            channel::size,
            () -> channel.truncate(5),
            () -> channel.force(true),
            () -> channel.transferTo(0, 5, target),
            () -> channel.transferFrom(source, 0, 5),
            channel::lock,
            channel::tryLock)) {
      assertThrows(ClosedChannelException.class, each);
    }
    assertEquals(100, Files.size(path()));
  }

  @Test
  @Rule("FILE-5")
  final void closingEndsTheWorkOfOtherThreads() throws Exception {
    fill(LENGTH);
    FileChannel channel = readWrite();
    CountDownLatch busy = new CountDownLatch(4);
    try (ExecutorService threads = fourThreads()) {
      List<Future<Exception>> ends = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int at = i * 5000;
        ends.add(threads.submit(() -> workUntilClosed(channel, at, busy)));
      }
      busy.await();
      channel.close();
      for (Future<Exception> each : ends) {
        assertInstanceOf(ClosedChannelException.class, each.get());
      }
    }
    assertEquals(LENGTH, Files.size(path()));
  }

  private static Exception workUntilClosed(FileChannel channel, int at, CountDownLatch busy) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(5000);
    try {
      while (true) {
        assertEquals(5000, channel.read(buffer.clear(), at));
        assertEquals(5000, channel.write(buffer.flip(), at));
        busy.countDown();
      }
    } catch (AsynchronousCloseException meanwhile) {
      return meanwhile;
    } catch (Exception other) {
      return other;
    }
  }

  @Test
  @Rule("FILE-5")
  final void anInterruptIsKeptAndClosesOnlyWhatSaysSo() throws IOException {
    byte[] bytes = fill(LENGTH);
    try (FileChannel channel = readWrite()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(LENGTH);
      Thread.currentThread().interrupt();
      if (isClosedByInterrupt()) {
        assertThrows(ClosedByInterruptException.class, () -> channel.read(buffer, 0));
        assertTrue(Thread.interrupted());
        assertFalse(channel.isOpen());
        return;
      }
      assertEquals(LENGTH, channel.read(buffer, 0));
      assertEquals(LENGTH, channel.write(buffer.flip()));
      channel.force(false);
      channel.truncate(LENGTH);
      assertEquals(LENGTH, channel.size());
      assertTrue(Thread.interrupted(), "the interrupt must be kept");
      assertTrue(channel.isOpen());
      assertArrayEquals(bytes, contents(buffer.flip()));
    } finally {
      boolean _ = Thread.interrupted();
    }
    assertArrayEquals(bytes, Files.readAllBytes(path()));
  }

  private static ExecutorService fourThreads() {
    return Executors.newFixedThreadPool(
        4, task -> Thread.ofPlatform().name("channel-contract").unstarted(task));
  }
}
