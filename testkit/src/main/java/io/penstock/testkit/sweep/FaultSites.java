package io.penstock.testkit.sweep;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.file.SyncHook;
import io.penstock.core.file.WarningListener;
import io.penstock.core.map.BlockMapper;
import io.penstock.testkit.sweep.Facts.Ending;
import java.util.ArrayList;
import java.util.List;

/**
 * The seams of one run: a workload passes what it supplies to the engine through these, and they
 * make it fail. What is not passed through a seam cannot fail, and is not looked at.
 */
public final class FaultSites {
  private final Ledger ledger;
  private final List<BlockDevice> devices = new ArrayList<>();

  FaultSites(Ledger ledger) {
    this.ledger = ledger;
  }

  Ledger ledger() {
    return ledger;
  }

  /** The devices, to be closed after the file. */
  List<BlockDevice> devices() {
    return devices;
  }

  /**
   * A device before {@code device}: the one that the layout must name in its answers. It closes the
   * one behind, at the end of the run.
   */
  public BlockDevice device(BlockDevice device) {
    SweptDevice swept = new SweptDevice(device, ledger);
    devices.add(swept);
    return swept;
  }

  /** A mapper before {@code mapper}. */
  public BlockMapper mapper(BlockMapper mapper) {
    return new SweptMapper(mapper, ledger);
  }

  /** A cache hook before {@code cache}. */
  public CacheHook cache(CacheHook cache) {
    return new SweptCache(cache, ledger);
  }

  /** An end-of-I/O hook before {@code hook}. */
  public EndOfIoHook endOfIo(EndOfIoHook hook) {
    return end -> {
      note(end);
      ledger.call(FaultKind.END_OF_IO, () -> hook.endOfIo(end));
    };
  }

  private void note(EndOfIo end) {
    List<Long> uninitialised = new ArrayList<>();
    for (int i = 0; i < end.uninitialisedRanges(); i++) {
      uninitialised.add(end.uninitialisedStart(i));
      uninitialised.add(end.uninitialisedEnd(i));
    }
    synchronized (ledger) {
      Facts facts = ledger.facts();
      facts.endings.add(
          new Ending(
              end.position(),
              end.isWrite(),
              end.bytes(),
              end.error(),
              end.cookie(),
              uninitialised,
              end.file().requestsUsingBlockMap(),
              facts.outstanding()));
    }
  }

  /** A sync hook before {@code hook}. */
  public SyncHook sync(SyncHook hook) {
    return (file, scope) -> {
      synchronized (ledger) {
        ledger.facts().syncs++;
      }
      ledger.call(FaultKind.SYNC, () -> hook.sync(file, scope));
    };
  }

  /** An executor whose tasks the sweep runs, and that may be impossible to make. */
  public CompletionExecutor completions() {
    return new CompletionExecutor(
        "sweep",
        () -> {
          SweepFault fault = ledger.reach(FaultKind.EXECUTOR);
          if (fault != null) {
            RuntimeException failure = (RuntimeException) FaultKind.EXECUTOR.failure(fault);
            ledger.failed(FaultKind.EXECUTOR, failure);
            throw failure;
          }
          return ledger::task;
        });
  }

  /** A listener that keeps count of warnings. */
  public WarningListener warnings() {
    return (subject, what, cause) -> {
      synchronized (ledger) {
        ledger.facts().warnings.add(cause);
      }
    };
  }

  /**
   * Begins to describe a file that is wired with these seams; a sync flushes its devices. Replace
   * {@code sync} and {@code cache} of the builder with hooks that went through {@link #sync} and
   * {@link #cache}.
   *
   * @param device from {@link #device}
   * @param layout answers with that device
   * @param hook what the layout does at the end of a request
   */
  public BlockFile.Builder file(BlockDevice device, BlockMapper layout, EndOfIoHook hook) {
    return BlockFile.builder(device, mapper(layout))
        .endOfIo(endOfIo(hook))
        .sync(sync(SyncHook.FLUSH_DEVICES))
        .completions(completions())
        .warnings(warnings());
  }
}
