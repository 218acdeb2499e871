package io.penstock.engine.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.InterposingDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.map.BlockMapper;
import io.penstock.rules.Rule;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.layout.SimpleLayout;
import io.penstock.testkit.sweep.Delivery;
import io.penstock.testkit.sweep.Effect;
import io.penstock.testkit.sweep.FaultKind;
import io.penstock.testkit.sweep.FaultPoint;
import io.penstock.testkit.sweep.FaultSites;
import io.penstock.testkit.sweep.FaultSweep;
import io.penstock.testkit.sweep.Step;
import io.penstock.testkit.sweep.SweepFault;
import io.penstock.testkit.sweep.Workload;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The sweep finds what is broken on purpose: it can fail. */
class BrokenThingsTest {
  private static final int BLOCK = 4096;

  @Test
  void aLayoutThatKeepsItsPromisesPasses() {
    sweep(workload(device -> device, layout -> layout));
  }

  @Test
  @Rule("ZERO-3")
  void aLayoutThatShowsStaleBytesAfterAFailedWriteIsFound() {
    Divergence found = assertFound(workload(device -> device, BrokenThingsTest::careless));
    assertMessage(found, "what the device held before");
  }

  @Test
  @Rule("ADM-8")
  void aLayoutThatPublishesTheSizeOfAFailedWriteIsFound() {
    EndOfIoHook hasty =
        end -> {
          if (end.isWrite()) {
            end.file().extendTo(end.position() + BLOCK);
          }
        };
    Divergence found = assertFound(workload(device -> device, layout -> hooked(layout, hasty)));
    assertMessage(found, "the size is");
  }

  @Test
  @Rule("CMP-2")
  void aDeviceThatCallsAFailedOperationSuccessIsFound() {
    Divergence found =
        assertFound(workload(device -> new Liar(device, true, false), layout -> layout));
    assertMessage(found, "reported no error, expected");
  }

  @Test
  @Rule("CMP-6")
  void aDeviceThatCallsAFailedFlushSuccessIsFound() {
    Divergence found =
        assertFound(workload(device -> new Liar(device, false, true), layout -> layout));
    assertMessage(found, "reported null, expected");
  }

  @Test
  void whatWasFoundIsFoundAgainWithItsFaultsAlone() {
    Workload broken = workload(device -> new Liar(device, true, false), layout -> layout);
    List<SweepFault> faults;
    try (FaultSweep sweep = new FaultSweep(broken, Delivery.WAITING)) {
      assertThrows(Divergence.class, sweep::singles);
      faults = sweep.lastFaults();
    }
    assertEquals(List.of(new SweepFault(new FaultPoint(FaultKind.BIO, 1), Effect.NOTHING)), faults);
    try (FaultSweep sweep = new FaultSweep(broken, Delivery.WAITING)) {
      SweepFault written = SweepFault.parse(faults.getFirst().toString());
      assertThrows(Divergence.class, () -> sweep.repeat(List.of(written)));
    }
  }

  @Test
  void aFaultThatIsNeverReachedIsNotTakenForSuccess() {
    SweepFault never = new SweepFault(new FaultPoint(FaultKind.BIO, 99), Effect.NOTHING);
    try (FaultSweep sweep =
        new FaultSweep(workload(device -> device, layout -> layout), Delivery.WAITING)) {
      assertMessage(
          assertThrows(Divergence.class, () -> sweep.repeat(List.of(never))), "had only []");
    }
  }

  @Test
  void whatAScriptSaysOfItsStepsIsChecked() {
    Workload wrong =
        new TestWorkload(
            device -> device,
            layout -> layout,
            List.of(Step.write(0, BLOCK), Step.read(0, 2 * BLOCK).giving(BLOCK)));
    try (FaultSweep sweep = new FaultSweep(wrong, Delivery.WAITING)) {
      assertMessage(assertThrows(Divergence.class, sweep::clean), "the script expects 4096");
    }
  }

  private static Divergence assertFound(Workload broken) {
    return assertThrows(Divergence.class, () -> sweep(broken));
  }

  private static void sweep(Workload workload) {
    for (Delivery delivery : Delivery.values()) {
      try (FaultSweep sweep = new FaultSweep(workload, delivery)) {
        sweep.singles();
      }
    }
  }

  private static void assertMessage(Divergence found, String part) {
    assertTrue(String.valueOf(found.getMessage()).contains(part), found::getMessage);
  }

  private static Workload workload(
      UnaryOperator<BlockDevice> device, UnaryOperator<Layout> layout) {
    return new TestWorkload(
        device,
        layout,
        List.of(
            Step.write(0, BLOCK, BLOCK),
            Step.write(2 * BLOCK, BLOCK),
            Step.sync(),
            Step.read(0, 3 * BLOCK)));
  }

  /** Both sides of a layout. */
  private record Layout(BlockMapper mapper, EndOfIoHook hook) {}

  private static Layout hooked(Layout layout, EndOfIoHook more) {
    return new Layout(
        layout.mapper,
        end -> {
          layout.hook.endOfIo(end);
          more.endOfIo(end);
        });
  }

  /** Takes the blocks of a failed write for written. */
  private static Layout careless(Layout layout) {
    return new Layout(
        layout.mapper,
        end -> layout.hook.endOfIo(end.isWrite() && end.bytes() == 0 ? new Whole(end) : end));
  }

  /** The end of a write that failed, told as if one block had been written. */
  private record Whole(EndOfIo end) implements EndOfIo {
    @Override
    public BlockFile file() {
      return end.file();
    }

    @Override
    public boolean isWrite() {
      return true;
    }

    @Override
    public long position() {
      return end.position();
    }

    @Override
    public long bytes() {
      return BLOCK;
    }

    @Override
    public long sampledSize() {
      return end.sampledSize();
    }

    @Override
    public @Nullable Object cookie() {
      return end.cookie();
    }

    @Override
    public @Nullable IOException error() {
      return null;
    }

    @Override
    public int uninitialisedRanges() {
      return 0;
    }

    @Override
    public long uninitialisedStart(int index) {
      throw new IndexOutOfBoundsException(index);
    }

    @Override
    public long uninitialisedEnd(int index) {
      throw new IndexOutOfBoundsException(index);
    }
  }

  /** Calls failures successes. */
  private static final class Liar extends InterposingDevice {
    private final boolean operations;
    private final boolean flushes;

    Liar(BlockDevice delegate, boolean operations, boolean flushes) {
      super(delegate);
      this.operations = operations;
      this.flushes = flushes;
    }

    @Override
    public void submit(Bio bio) {
      interpose(bio);
    }

    @Override
    protected void ended(Bio bio, @Nullable IOException error) {
      bio.complete(operations ? null : error);
    }

    @Override
    public void flush() throws IOException {
      try {
        super.flush();
      } catch (IOException failure) {
        if (!flushes) {
          throw failure;
        }
      }
    }
  }

  private record TestWorkload(
      UnaryOperator<BlockDevice> device, UnaryOperator<Layout> layout, List<Step> script)
      implements Workload {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public BlockFile open(FaultSites sites) {
      MemoryDevice disk = MemoryDevice.of(64 * BLOCK);
      disk.fill((byte) Pattern.POISON);
      BlockDevice seen = device.apply(sites.device(disk));
      SimpleLayout simple = SimpleLayout.on(seen, BLOCK);
      Layout broken = layout.apply(new Layout(simple, simple));
      return sites.file(seen, broken.mapper, broken.hook).blockSize(BLOCK).size(2 * BLOCK).build();
    }
  }
}
