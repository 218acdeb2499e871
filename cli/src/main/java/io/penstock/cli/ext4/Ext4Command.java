package io.penstock.cli.ext4;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code penstock ext4 COMMAND IMAGE ...}. */
@Command(
    name = "ext4",
    mixinStandardHelpOptions = true,
    description =
        "Looks into a volume of ext2, ext3 or ext4, in a file or on a block device, and changes"
            + " it, without mounting it. Nobody else may use it meanwhile.",
    subcommands = {
      LsCommand.class,
      TreeCommand.class,
      StatCommand.class,
      CatCommand.class,
      GetCommand.class,
      PutCommand.class,
      MkdirCommand.class,
      RmCommand.class,
      MvCommand.class,
      LnCommand.class,
      DfCommand.class,
      RunsCommand.class,
      CheckCommand.class
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:done", "1:failed, or check has found something", "2:wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock ext4 ls -l disk.img /etc",
      "  penstock ext4 get disk.img /home saved    with its holes",
      "  penstock ext4 put disk.img saved /home    and back",
      "  penstock ext4 check /dev/sdb1             what would fsck say?"
    })
public final class Ext4Command implements Runnable {
  @Spec private CommandSpec spec;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  public Ext4Command() {}

  /** Without a subcommand there is nothing to do but to say what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
