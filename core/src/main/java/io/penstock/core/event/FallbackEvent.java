package io.penstock.core.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Another way than the best one was taken. */
@Name("io.penstock.Fallback")
@Label("Fallback")
@Description("Something is done in another way than the best one, and why")
@Category({"Penstock", "I/O"})
@Enabled(false)
@StackTrace(false)
final class FallbackEvent extends Event {
  @Label("Subject")
  @Description("The file, device or engine")
  @Nullable String subject;

  @Label("Instead")
  @Description("What is done instead")
  @Nullable String instead;

  @Label("Reason")
  @Nullable String reason;

  static void commit(String subject, String instead, String reason) {
    FallbackEvent event = new FallbackEvent();
    if (event.isEnabled()) {
      event.subject = subject;
      event.instead = instead;
      event.reason = reason;
      event.commit();
    }
  }
}
