/** The {@code penstock} command. */
module io.penstock.cli {
  requires info.picocli;
  requires io.penstock.file;
  requires io.penstock.linux;
  requires me.tongfei.progressbar;
  requires static org.jspecify;

  // The command reads its options by reflection.
  opens io.penstock.cli to
      info.picocli;
}
