package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.check.CheckReport;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code penstock ext4 check IMAGE}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Verifies all structures and checksums of the volume, as fsck would, and changes nothing.")
final class CheckCommand extends VolumeCommand {
  /** For picocli. */
  CheckCommand() {}

  @Override
  int run(Ext4Volume volume) throws IOException {
    CheckReport report = volume.check();
    report.findings().forEach(each -> out().println(each));
    if (report.found() > report.findings().size()) {
      out().println("... and " + (report.found() - report.findings().size()) + " more");
    }
    out()
        .printf(
            Locale.ROOT,
            "%s: %d inodes, %d directories, %d names, %d clusters in use, %d orphans; %s%n",
            volume.name(),
            report.inodes(),
            report.directories(),
            report.entries(),
            report.clusters(),
            report.orphans(),
            report.isClean() ? "nothing found" : report.found() + " found");
    return report.isClean() ? 0 : 1;
  }
}
