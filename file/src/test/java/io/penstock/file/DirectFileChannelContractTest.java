package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.contract.FileChannelContract;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** A direct channel keeps the contract of file channels on every engine there is. */
class DirectFileChannelContractTest {

  /** On the engine of the name. */
  abstract static class OnEngine extends FileChannelContract {
    private final String engine;

    OnEngine(String engine) {
      this.engine = engine;
    }

    @BeforeEach
    void hasTheEngine() {
      assumeTrue(
          EachEngine.Available.names().contains(engine), "skipped: no " + engine + " on this host");
    }

    @Override
    protected FileChannel open(Path path, OpenOption... options) throws IOException {
      OpenOption[] all = Arrays.copyOf(options, options.length + 1);
      all[options.length] = DirectFileOptions.DEFAULT.withEngine(engine);
      DirectFileChannel channel = DirectFileChannel.open(path, all);
      assertEquals(engine, channel.file().engine(), "the engine in use");
      return channel;
    }
  }

  @Nested
  class OnRings extends OnEngine {
    OnRings() {
      super("uring");
    }
  }

  @Nested
  class OnPositionalCalls extends OnEngine {
    OnPositionalCalls() {
      super("pread");
    }
  }

  @Nested
  class OnTheJdk extends OnEngine {
    OnTheJdk() {
      super("portable");
    }
  }
}
