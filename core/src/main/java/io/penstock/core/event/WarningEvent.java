package io.penstock.core.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A failure that no result carries. */
@Name("io.penstock.Warning")
@Label("Warning")
@Description("A failure that the result of no request carries")
@Category({"Penstock", "I/O"})
@Enabled(false)
@StackTrace(false)
final class WarningEvent extends Event {
  @Label("Subject")
  @Description("The file or device")
  @Nullable String subject;

  @Label("What")
  @Nullable String what;

  @Label("Cause")
  @Nullable String cause;

  static void commit(String subject, String what, @Nullable Throwable cause) {
    WarningEvent event = new WarningEvent();
    if (event.isEnabled()) {
      event.subject = subject;
      event.what = what;
      event.cause = cause == null ? null : cause.toString();
      event.commit();
    }
  }
}
