package io.penstock.fuzz;

import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoArena;
import io.penstock.file.AlignmentMode;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.fuzz.Script.Vice;
import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Files over a {@link HostileHost}: any position and length, and whatever the host makes of it. */
final class HostFileTarget implements FuzzTarget {
  private static final IoArena ARENA = IoArena.ofShared();
  private static final MemorySegment MEMORY = ARENA.allocate(1 << 16, 4096);

  @Override
  public String name() {
    return "host-file";
  }

  /** A host that tells a negative length once the file is open. */
  private static final String LENGTH_BELOW_ZERO =
      "0001000000000000cb0000000000000095efb0510000000000000034";

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (Vice vice :
        List.of(Vice.DEVICE_FAILS, Vice.DEVICE_OBJECTS, Vice.DEVICE_SIZE, Vice.DEVICE_THROWS)) {
      byte[] seed = new byte[64];
      new SplittableRandom(vice.ordinal()).nextBytes(seed);
      seed[0] = (byte) (1 << vice.ordinal());
      seed[1] = (byte) (1 << vice.ordinal() >> 8);
      seeds.add(seed);
    }
    seeds.add(HexFormat.of().parseHex(LENGTH_BELOW_ZERO));
    return seeds;
  }

  @Override
  public String run(FuzzInput input) {
    Script script = new Script(input);
    long before = BufferPool.shared().bytesInUse();
    TreeSet<String> outcomes = new TreeSet<>();
    HostileHost host = new HostileHost(script);
    DirectFileOptions options =
        DirectFileOptions.DEFAULT
            .withLoop(new HostileLoop(host))
            .withAlignment(script.oneIn(4) ? AlignmentMode.STRICT : AlignmentMode.BOUNCE);
    try (DirectFile file =
        DirectFile.open(
            Path.of("hostile"), StandardOpenOption.READ, StandardOpenOption.WRITE, options)) {
      int steps = 1 + script.below(5);
      for (int i = 0; i < steps; i++) {
        try {
          outcomes.add(step(file, script));
        } catch (IOException refused) {
          outcomes.add(refused.getClass().getSimpleName());
        } catch (RuntimeException | Error thrown) {
          outcomes.add(own(script, thrown));
        }
      }
    } catch (IOException refused) {
      outcomes.add("ends with " + refused.getClass().getSimpleName());
    } catch (RuntimeException | Error thrown) {
      outcomes.add(own(script, thrown));
    } finally {
      host.free();
    }
    if (ARENA.inFlight() != 0 || BufferPool.shared().bytesInUse() != before) {
      throw new AssertionError("memory is still held");
    }
    return outcomes.toString();
  }

  /**
   * What the host throws unchecked its caller gets; what must hold afterwards holds all the same.
   */
  private static String own(Script script, Throwable thrown) {
    if (!script.isOwn(thrown)) {
      throw new AssertionError("not thrown by the host", thrown);
    }
    return "the host threw";
  }

  private static String step(DirectFile file, Script script) throws IOException {
    long position = script.oneIn(8) ? script.number() & Long.MAX_VALUE : script.below(1 << 15);
    MemorySegment memory = MEMORY.asSlice(script.below(600), script.below(1 << 14));
    switch (script.below(7)) {
      case 0 -> file.read(memory, position);
      case 1 -> file.write(memory, position);
      case 2 -> file.append(memory);
      case 3 -> file.truncate(position);
      case 4 -> file.sync();
      case 5 -> file.syncAll();
      default -> file.size();
    }
    return "done";
  }
}
