package io.penstock.core.walk;

import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Memory of a caller that the device could not be given, so that it was copied (MEM-4). */
@Name("io.penstock.Bounce")
@Label("Bounced memory")
@Description("Memory that the device cannot be given as it is: a piece goes through pooled memory")
@Category({"Penstock", "I/O"})
@Enabled(false)
@StackTrace(false)
final class BounceEvent extends Event {
  @Label("File")
  @Nullable String file;

  @Label("Direction")
  @Nullable String direction;

  @Label("Position")
  @DataAmount
  long position;

  @Label("Length")
  @DataAmount
  long bytes;

  static void commit(BlockFile file, Direction direction, long position, long bytes) {
    BounceEvent event = new BounceEvent();
    if (event.isEnabled()) {
      event.file = file.name();
      event.direction = direction.word();
      event.position = position;
      event.bytes = bytes;
      event.commit();
    }
  }
}
