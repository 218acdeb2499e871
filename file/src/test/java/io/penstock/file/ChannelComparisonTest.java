package io.penstock.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.rules.Rule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A direct channel and the JDK's are told to do the same, at random: the same answers, the same
 * bytes, the same length. A seed repeats a run: {@code -Dpenstock.channel.seed=…}, its length is
 * {@code -Dpenstock.channel.steps=…}.
 */
class ChannelComparisonTest {
  private static final int STEPS = Integer.getInteger("penstock.channel.steps", 400);
  private static final int FARTHEST = 60_000;
  private static final int LONGEST = 20_000;

  @TempDir private Path directory;

  /** Of one channel: what it answered and what is in the buffers. */
  private interface Step {
    Object on(FileChannel channel) throws IOException;
  }

  @EachEngine
  @Rule("FILE-1")
  @Rule("FILE-3")
  void answersAsTheJdkDoes(String engine, TestReporter reporter) throws IOException {
    long seed = Long.getLong("penstock.channel.seed", new Random().nextLong());
    reporter.publishEntry("seed", engine + ' ' + seed);
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    Random random = new Random(seed);
    try (FileChannel jdk = FileChannel.open(one, READ, WRITE, CREATE);
        FileChannel direct = DirectFileChannel.of(OpenFile.on(engine, two))) {
      for (int i = 0; i < STEPS; i++) {
        String place = "step " + i + " of seed " + seed;
        Step step = step(random);
        assertEquals(answer(step, jdk), answer(step, direct), place);
        assertEquals(jdk.position(), direct.position(), place);
        assertEquals(jdk.size(), direct.size(), place);
        assertEquals(Files.size(one), Files.size(two), place);
        if (i % 20 == 0) {
          assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two), place);
        }
      }
    }
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two), "seed " + seed);
  }

  private static Object answer(Step step, FileChannel channel) {
    try {
      return step.on(channel);
    } catch (IOException | RuntimeException e) {
      return e.getClass();
    }
  }

  private static Step step(Random random) {
    long position = position(random);
    int length = length(random);
    long seed = random.nextLong();
    return switch (random.nextInt(12)) {
      case 0 -> channel -> channel.write(filled(length, seed), position);
      case 1 -> channel -> channel.write(filled(length, seed));
      case 2 -> channel -> channel.write(severalFilled(length, seed));
      case 3 -> channel -> readInto(empty(length, seed), b -> channel.read(b, position));
      case 4 -> channel -> readInto(empty(length, seed), channel::read);
      case 5 -> channel -> scatter(channel, length, seed);
      case 6, 7 -> channel -> channel.position(position).position();
      case 8 -> channel -> channel.truncate(position).size();
      case 9 -> channel -> transferTo(channel, position, length);
      case 10 -> channel -> channel.transferFrom(trickle(length, seed), position, length + 9L);
      default ->
          channel -> {
            channel.force(length % 2 == 0);
            return channel.size();
          };
    };
  }

  /** Often at the boundaries of blocks, or one beside. */
  private static long position(Random random) {
    long any = random.nextInt(FARTHEST);
    return switch (random.nextInt(4)) {
      case 0 -> any / 4096 * 4096;
      case 1 -> Math.max(0, any / 512 * 512 + random.nextInt(3) - 1);
      default -> any;
    };
  }

  private static int length(Random random) {
    int any = random.nextInt(LONGEST);
    return switch (random.nextInt(5)) {
      case 0 -> any / 4096 * 4096;
      case 1 -> any % 10;
      default -> any;
    };
  }

  /** Heap or direct, aligned or not, as the seed says. */
  private static ByteBuffer empty(int length, long seed) {
    int shift = (int) (seed >>> 8 & 15);
    return switch ((int) (seed & 3)) {
      case 0 -> ByteBuffer.allocate(length);
      case 1 -> ByteBuffer.allocate(length + shift).position(shift);
      case 2 -> ByteBuffer.allocateDirect(length + 8192).alignedSlice(4096).limit(length);
      default -> ByteBuffer.allocateDirect(length + 8192).alignedSlice(4096).slice(shift, length);
    };
  }

  private static ByteBuffer filled(int length, long seed) {
    ByteBuffer buffer = empty(length, seed);
    buffer.duplicate().put(OpenFile.bytes(length, seed));
    return buffer;
  }

  private static ByteBuffer[] severalFilled(int length, long seed) {
    return new ByteBuffer[] {
      filled(length / 3, seed), filled(length / 2, seed * 31), filled(7, seed * 17)
    };
  }

  private interface Read {
    long into(ByteBuffer buffer) throws IOException;
  }

  private static String readInto(ByteBuffer buffer, Read read) throws IOException {
    int start = buffer.position();
    long bytes = read.into(buffer);
    return bytes + " " + hash(buffer, start);
  }

  private static String hash(ByteBuffer buffer, int start) {
    byte[] got = new byte[buffer.position() - start];
    buffer.get(start, got);
    return got.length + ":" + Arrays.hashCode(got);
  }

  private static String scatter(FileChannel channel, int length, long seed) throws IOException {
    ByteBuffer[] targets = {empty(length / 3, seed), empty(length / 2, seed * 31)};
    int[] starts = {targets[0].position(), targets[1].position()};
    long bytes = channel.read(targets);
    return bytes + " " + hash(targets[0], starts[0]) + " " + hash(targets[1], starts[1]);
  }

  private static String transferTo(FileChannel channel, long position, int length)
      throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    long bytes = channel.transferTo(position, length, Channels.newChannel(target));
    return bytes + ":" + Arrays.hashCode(target.toByteArray());
  }

  /** A channel that gives a little at a time. */
  private static ReadableByteChannel trickle(int length, long seed) {
    ByteArrayInputStream bytes = new ByteArrayInputStream(OpenFile.bytes(length, seed));
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer target) {
        byte[] part = new byte[Math.min(target.remaining(), 3001)];
        int got = bytes.read(part, 0, part.length);
        if (got > 0) {
          target.put(part, 0, got);
        }
        return got;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}
