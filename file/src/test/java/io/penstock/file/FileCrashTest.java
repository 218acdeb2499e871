package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.rules.Rule;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.crash.CrashImage;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashPoint;
import io.penstock.testkit.crash.CrashRecorder;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Crashes of a host's disk under a file: writes of any alignment, durable ones and others, and
 * syncs. Where the bytes of a file lie, and how long it is, is the host's to keep; what is checked
 * is that the bytes were made durable before anybody was told so.
 */
@Rule({"FILE-1", "FILE-3", "CMP-6"})
class FileCrashTest {
  private static final int LARGEST = 16 << 10;
  private static final int BLOCK = 4096;
  private static final int STEPS = 12;
  private static final CrashOptions OPTIONS = CrashOptions.DEFAULT.withStates(3, 6, 2);

  /** Some bytes that were written, of the writer of that number. */
  private record Written(int number, int position, int length) {
    byte[] bytes() {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = Pattern.at(number, position + i);
      }
      return bytes;
    }

    boolean covers(int at) {
      return at >= position && at < position + length;
    }
  }

  private static CrashReport sweep(long seed, UnaryOperator<BlockDevice> front) {
    return new CrashSweep("file", each -> record(each, front), FileCrashTest::check)
        .search(OPTIONS.withSeed(seed));
  }

  private static CrashRecorder record(long seed, UnaryOperator<BlockDevice> front)
      throws IOException {
    CrashRecorder[] recorder = new CrashRecorder[1];
    MemoryHost host =
        MemoryHost.of(
            0,
            disk -> {
              recorder[0] = CrashRecorder.over(disk, true, (byte) 0);
              return front.apply(recorder[0]);
            });
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT);
        DirectFile durable = host.open(DirectFileOptions.DEFAULT.withDataSync(true))) {
      write(file, durable, recorder[0], new Dice(seed));
    }
    return recorder[0];
  }

  private static void write(DirectFile file, DirectFile durable, CrashRecorder recorder, Dice dice)
      throws IOException {
    List<Written> pending = new ArrayList<>();
    for (int number = 1; number <= STEPS; number++) {
      Written written = next(number, dice);
      recorder.begin(written);
      if (dice.oneIn(3)) {
        durable.write(ByteBuffer.wrap(written.bytes()), written.position());
        recorder.acknowledge(written);
      } else {
        file.write(ByteBuffer.wrap(written.bytes()), written.position());
        pending.add(written);
      }
      if (number == STEPS || dice.oneIn(6)) {
        file.sync();
        recorder.acknowledgeAll(pending);
        pending.clear();
      }
    }
  }

  /** The first is long, so that others are inside the file, where forced access is enough. */
  private static Written next(int number, Dice dice) {
    if (number == 1) {
      return new Written(number, 0, LARGEST);
    }
    int position = dice.below(LARGEST);
    return dice.oneIn(2)
        ? new Written(number, position / BLOCK * BLOCK, dice.between(1, 2) * BLOCK)
        : new Written(number, position, dice.between(1, 5000));
  }

  /** Each byte is that of the last acknowledged write, or of one begun after it. */
  private static void check(CrashImage image, CrashPoint crash) throws IOException {
    List<Written> begun = crash.begun(Written.class);
    boolean[] durable = new boolean[begun.size()];
    for (int i = 0; i < durable.length; i++) {
      durable[i] = crash.acknowledged().contains(begun.get(i));
    }
    byte[] bytes = image.read(0, LARGEST + 8192);
    for (int at = 0; at < bytes.length; at++) {
      boolean known = false;
      boolean right = false;
      for (int i = begun.size() - 1; i >= 0 && !known && !right; i--) {
        Written written = begun.get(i);
        if (written.covers(at)) {
          right = bytes[at] == Pattern.at(written.number(), at);
          known = durable[i];
        }
      }
      if (!right && (known || bytes[at] != 0)) {
        throw new IOException("byte " + at + " is " + bytes[at] + ", which nobody may find there");
      }
    }
  }

  @Test
  void whatWasReportedAsDurableSurvivesACrashAtAnyMoment(TestReporter reporter) {
    long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
    CrashReport report = sweep(seed, UnaryOperator.identity());
    reporter.publishEntry("sweep", report.toString());
    assertTrue(report.isClean(), report::toString);
  }

  /** The sweep is worth something: no flush can be left out, and no forced write be none. */
  @Test
  void aFlushThatIsLeftOutIsMissed() throws IOException {
    int flushes = record(1, UnaryOperator.identity()).flushes();
    List<Integer> notMissed = new ArrayList<>();
    for (int flush = 1; flush <= flushes; flush++) {
      WithoutFlush[] front = new WithoutFlush[1];
      int leftOut = flush;
      CrashReport report = sweep(1, recorder -> front[0] = new WithoutFlush(recorder, leftOut));
      if (front[0].needed && report.isClean()) {
        notMissed.add(flush);
      }
    }
    assertTrue(flushes > 4, "flushes: " + flushes);
    assertEquals(List.of(), notMissed);
  }

  @Test
  void aForcedWriteThatIsNoneIsMissed() {
    CrashReport report =
        sweep(
            1,
            recorder ->
                new ForwardingDevice(recorder) {
                  @Override
                  public void submit(Bio bio) {
                    bio.forcedUnitAccess(false);
                    delegate().submit(bio);
                  }
                });
    assertFalse(report.isClean());
  }

  /** Leaves out one flush. Every write is reported before it returns. */
  private static final class WithoutFlush extends ForwardingDevice {
    private final int leftOut;
    private int flushes;
    private boolean cached;
    private boolean needed;

    WithoutFlush(BlockDevice delegate, int leftOut) {
      super(delegate);
      this.leftOut = leftOut;
    }

    @Override
    public void submit(Bio bio) {
      cached |= bio.isWrite() && !bio.isForcedUnitAccess();
      delegate().submit(bio);
    }

    @Override
    public void flush() throws IOException {
      if (++flushes == leftOut) {
        needed = cached;
      } else {
        cached = false;
        delegate().flush();
      }
    }
  }
}
