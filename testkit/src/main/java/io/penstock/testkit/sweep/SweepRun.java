package io.penstock.testkit.sweep;

import io.penstock.core.DirectIo;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.sweep.Facts.SentBio;
import io.penstock.testkit.sweep.Step.Transfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of a workload with some calls failing, looked at after every step. */
final class SweepRun {
  /** How long a device with threads of its own may take for one request. */
  private static final int SECONDS = 10;

  private static final int FIRST_WRITER_AFTERWARDS = 60;

  private final Workload workload;
  private final Delivery delivery;
  private final List<SweepFault> faults;
  private final Ledger ledger;
  private final FaultSites sites;
  private final Contents contents = new Contents();
  private final List<String> log = new ArrayList<>();
  private long requests;
  private long bytesRead;
  private long bytesWritten;

  SweepRun(Workload workload, Delivery delivery, List<SweepFault> faults) {
    this.workload = workload;
    this.delivery = delivery;
    this.faults = faults;
    ledger = new Ledger(delivery, faults);
    sites = new FaultSites(ledger);
  }

  /** Calls in the order in which they were made. */
  List<FaultPoint> trace() {
    return ledger.trace();
  }

  long requests() {
    return requests;
  }

  /**
   * Runs it.
   *
   * @throws Divergence when something is not as it has to be
   */
  void run(MemoryBank bank) {
    BlockFile file = workload.open(sites);
    workload.holds(contents);
    contents.put(file.size(), Long.MAX_VALUE, 0);
    int number = 0;
    for (Step each : workload.script()) {
      number++;
      Facts facts = take(file, each, number, true, bank);
      checkClean(each, facts);
      if (!facts.failures.isEmpty()) {
        look(file, bank);
      }
    }
    if (ledger.struck().size() != faults.size()) {
      throw diverged("was to have " + faults + " fail, and had only " + ledger.struck());
    }
    look(file, bank);
    goOnWorking(file, bank);
    end(file);
  }

  private void end(BlockFile file) {
    if (file.counters().readBytes() != bytesRead
        || file.counters().writtenBytes() != bytesWritten) {
      throw diverged(
          "the file counts "
              + file.counters()
              + ", its devices carried out "
              + bytesRead
              + " bytes read and "
              + bytesWritten
              + " written (BIO-10)");
    }
    file.close();
    try {
      for (BlockDevice each : sites.devices()) {
        each.close();
      }
    } catch (IOException failure) {
      throw diverged("a device cannot be closed: " + failure);
    }
  }

  // --- steps ---

  private Facts take(BlockFile file, Step step, int writer, boolean counted, MemoryBank bank) {
    Facts facts = ledger.begin(step, writer, file.size(), counted);
    facts.uncleanTail = file.hasUncleanTail();
    log.add(step.toString());
    long pooled = BufferPool.shared().bytesInUse();
    if (step instanceof Transfer transfer) {
      requests++;
      transfer(file, transfer, facts, bank);
      if (transfer.heap() && BufferPool.shared().bytesInUse() != pooled) {
        throw diverged("pooled memory was not given back (MEM-4)");
      }
    } else {
      control(file, step, facts);
    }
    String violation = ledger.violation();
    if (violation != null) {
      throw diverged(violation);
    }
    String busy = notAtRest(file, facts, bank);
    if (busy != null) {
      throw diverged(busy);
    }
    for (SentBio each : facts.bios) {
      bytesWritten += each.write && each.succeeded() ? each.length : 0;
      bytesRead += !each.write && each.succeeded() ? each.length : 0;
    }
    return facts;
  }

  private void transfer(BlockFile file, Transfer step, Facts facts, MemoryBank bank) {
    SweptMemory memory = new SweptMemory(step, facts, ledger, bank);
    long[] lengths = step.lengths().stream().mapToLong(Long::longValue).toArray();
    IoVector vector = IoVector.of(memory, lengths);
    boolean locks = step.isWrite() && file.traits().locking();
    if (locks) {
      file.lock().acquire();
    }
    try {
      start(file, step, facts, vector);
    } finally {
      if (locks) {
        file.lock().release();
      }
    }
    if (!facts.refused && !ledger.goOnUntil(() -> facts.handlerCalls > 0, SECONDS)) {
      throw diverged("did not complete within " + SECONDS + " s (CMP-8): " + file);
    }
    ledger.goOn();
    log.add("  " + (facts.error == null ? facts.bytes + " bytes" : facts.error.toString()));
    TransferVerdict verdict =
        new TransferVerdict(step, facts, file, memory, delivery.isAsynchronous());
    String wrong = verdict.wrong(contents);
    wrong = wrong != null ? wrong : verdict.wrongSize(file.size());
    if (wrong != null) {
      throw diverged(wrong);
    }
    verdict.apply(contents);
    contents.put(file.size(), Long.MAX_VALUE, 0);
  }

  private void start(BlockFile file, Transfer step, Facts facts, IoVector vector) {
    boolean waiting = delivery == Delivery.WAITING;
    try {
      if (!waiting) {
        DirectIo.submit(
            DirectIo.newRequest(),
            step.direction(),
            file,
            vector,
            step.position(),
            step.flags(),
            (request, bytes, error) -> ledger.handled(bytes, error));
      } else if (step.isWrite()) {
        ledger.handled(DirectIo.write(file, vector, step.position(), step.flags()), null);
      } else {
        ledger.handled(DirectIo.read(file, vector, step.position(), step.flags()), null);
      }
    } catch (IOException error) {
      if (waiting) {
        ledger.handled(0, error);
      } else {
        facts.refused = true;
        facts.error = error;
      }
    } catch (RuntimeException error) {
      throw diverged("threw " + error, error);
    }
  }

  private void control(BlockFile file, Step step, Facts facts) {
    try {
      if (step instanceof Step.Truncate to) {
        DirectIo.truncate(file, to.size());
      } else {
        file.sync(SyncScope.DATA);
      }
    } catch (IOException | RuntimeException error) {
      facts.error = error;
    }
    ControlVerdict verdict = new ControlVerdict(facts, file);
    String wrong = verdict.wrong();
    wrong = wrong != null ? wrong : verdict.wrongSize(file.size());
    if (wrong != null) {
      throw diverged(wrong);
    }
    verdict.apply(contents);
    contents.put(file.size(), Long.MAX_VALUE, 0);
  }

  /** What the script itself says of a step holds when nothing is made to fail. */
  private void checkClean(Step step, Facts facts) {
    if (!faults.isEmpty() || !(step instanceof Transfer transfer)) {
      return;
    }
    boolean right =
        transfer.errno() == null
            ? facts.error == null && (transfer.bytes() == null || transfer.bytes() == facts.bytes)
            : facts.error instanceof io.penstock.core.error.BlockIoException block
                && block.is(transfer.errno());
    if (!right) {
      throw diverged(
          "the script expects " + transfer.bytes() + " bytes, error " + transfer.errno());
    }
  }

  // --- afterwards ---

  private static @Nullable String notAtRest(BlockFile file, Facts facts, MemoryBank bank) {
    if (file.requestsInFlight() != 0 || file.requestsUsingBlockMap() != 0) {
      return file.requestsInFlight()
          + " requests are counted in flight, "
          + file.requestsUsingBlockMap()
          + " as using the block map, when all have ended (ADM-10)";
    }
    if (file.lock().isHeld()) {
      return "the lock is held when all requests have ended (ADM-11)";
    }
    if (!file.exclusion().isIdle()) {
      return "blocks are claimed when all requests have ended (ZERO-6)";
    }
    if (bank.inFlight() != 0) {
      return "the arena is held open when all requests have ended (MEM-4)";
    }
    return facts.outstanding() == 0 ? null : "operations are in flight when all have ended (CMP-8)";
  }

  /** Reads the whole file. */
  private void look(BlockFile file, MemoryBank bank) {
    long length = wholeBlocks(file, file.size());
    if (length > 0) {
      mustWork(take(file, Step.read(0, length), 0, false, bank));
    }
  }

  private static long wholeBlocks(BlockFile file, long size) {
    return (size + file.blockSize() - 1) / file.blockSize() * file.blockSize();
  }

  /** The next requests work: all is written again, something behind it, and made durable. */
  private void goOnWorking(BlockFile file, MemoryBank bank) {
    int writer = FIRST_WRITER_AFTERWARDS;
    long block = file.blockSize();
    long whole = Math.max(block, wholeBlocks(file, file.size()));
    mustWork(take(file, Step.write(0, whole), writer++, false, bank));
    look(file, bank);
    if (!file.traits().endsAtDeviceEnd()) {
      mustWork(take(file, Step.write(whole + block, block), writer++, false, bank));
      look(file, bank);
    }
    // after a failed sync these fail, and the verdicts see to it (CMP-6)
    take(file, Step.write(0, block).with(IoFlag.DATA_SYNC), writer, false, bank);
    take(file, Step.sync(), 0, false, bank);
    look(file, bank);
  }

  private void mustWork(Facts facts) {
    if (facts.error != null) {
      throw diverged("the next request fails: " + facts.error, facts.error);
    }
  }

  private Divergence diverged(String what) {
    return new Divergence(describe(what));
  }

  private Divergence diverged(String what, Throwable cause) {
    return new Divergence(describe(what), cause);
  }

  /** What is wrong, with everything that led to it. */
  String describe(String what) {
    return what
        + "\nworkload "
        + workload.name()
        + ", delivery "
        + delivery
        + ", faults "
        + faults
        + "\n  "
        + String.join("\n  ", log)
        + "\ncalls "
        + ledger.trace();
  }
}
