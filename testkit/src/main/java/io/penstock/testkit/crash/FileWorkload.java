package io.penstock.testkit.crash;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.testkit.Dice;
import java.util.Queue;
import java.util.function.UnaryOperator;

/**
 * Changes of one file of a layout, on a disk that was full of poison when it was formatted. The
 * seed decides everything, the order of completions too.
 */
public final class FileWorkload implements CrashWorkload {
  /** What is done to the file. */
  @FunctionalInterface
  public interface Script {
    /** Does it; what is still in flight at its end is waited for. */
    void run(RecordedFile file, Dice dice) throws Exception;
  }

  private final CrashLayout layout;
  private final CrashDisk disk;
  private final Script script;
  private final UnaryOperator<BlockDevice> front;

  /** The script on a file of that layout on that disk. */
  public FileWorkload(CrashLayout layout, CrashDisk disk, Script script) {
    this(layout, disk, script, UnaryOperator.identity());
  }

  private FileWorkload(
      CrashLayout layout, CrashDisk disk, Script script, UnaryOperator<BlockDevice> front) {
    this.layout = layout;
    this.disk = disk;
    this.script = script;
    this.front = front;
  }

  /** The same with another device before the recorder, which may do what it should not. */
  public FileWorkload behind(UnaryOperator<BlockDevice> device) {
    return new FileWorkload(layout, disk, script, device);
  }

  @Override
  public CrashRecorder record(long seed) throws Exception {
    try (MemoryDevice memory = disk.make()) {
      layout.format(memory);
      PacedDevice pace = new PacedDevice(memory);
      CrashRecorder recorder = CrashRecorder.over(pace, disk.volatileCache());
      Queue<Runnable> deferred = RecordedFile.noneDeferred();
      CompletionExecutor completions =
          new CompletionExecutor("crash workload", () -> deferred::add);
      Dice dice = new Dice(seed);
      try (BlockFile file = layout.open(front.apply(recorder), completions)) {
        RecordedFile recorded = new RecordedFile(recorder, pace, file, deferred);
        try {
          script.run(recorded, dice);
          recorded.drain(dice);
        } finally {
          recorded.abandon(dice);
        }
      }
      return recorder;
    }
  }
}
