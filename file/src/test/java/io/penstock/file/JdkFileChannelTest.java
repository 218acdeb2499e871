package io.penstock.file;

import io.penstock.contract.FileChannelContract;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** The JDK's own channel keeps the contract: it asks for nothing but what a file channel does. */
class JdkFileChannelTest extends FileChannelContract {
  @Override
  protected FileChannel open(Path path, OpenOption... options) throws IOException {
    return FileChannel.open(path, options);
  }

  @Override
  protected boolean isClosedByInterrupt() {
    return true;
  }

  @Override
  protected boolean maps() {
    return true;
  }
}
