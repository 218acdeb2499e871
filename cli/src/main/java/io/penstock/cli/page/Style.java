package io.penstock.cli.page;

/** How the page looks: one column, light or dark as the reader's system is. */
final class Style {
  static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>penstock bench</title>
      <style>
      :root {
        --paper: #fcfcfa; --ink: #1d2125; --soft: #5c646c; --grid: #e3e4e0; --axis: #9aa0a6;
        --bar: #3b75af; --pale: #a9c4de; --dot: #12304e;
        --c0: #1f62a8; --c1: #c4570b; --c2: #2a7f3b; --c3: #b3273a; --c4: #6d4fa3;
        --c5: #7c5134; --c6: #b0408f; --c7: #5a5f66; --c8: #7d7a12; --c9: #0e7f8c;
      }
      @media (prefers-color-scheme: dark) {
        :root {
          --paper: #16191d; --ink: #e7e9ea; --soft: #a3abb3; --grid: #2c3138; --axis: #707880;
          --bar: #5b9bd8; --pale: #33506d; --dot: #f3f6f9;
          --c0: #6db1f2; --c1: #f29a52; --c2: #71c983; --c3: #f2818f; --c4: #b79cf0;
          --c5: #cda383; --c6: #ec8fd0; --c7: #b4bac1; --c8: #d3cf5d; --c9: #5fcedb;
        }
      }
      * { box-sizing: border-box; }
      body {
        margin: 0; background: var(--paper); color: var(--ink);
        font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
      }
      main { max-width: 58rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
      h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
      h2 { font-size: 1.15rem; line-height: 1.3; margin: 2.5rem 0 .2rem; }
      p { margin: 0 0 .4rem; max-width: 44rem; overflow-wrap: anywhere; }
      .machine, .meaning, .notes { color: var(--soft); font-size: .9rem; }
      .meaning { margin-bottom: .8rem; }
      .notes { margin-top: 1.5rem; }
      section > svg { display: block; width: 100%; height: auto; }
      svg text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; fill: var(--ink); }
      svg .tick, svg .unit { fill: var(--soft); font-size: 12px; }
      @media (max-width: 44rem) {
        svg text { font-size: 17px; }
        svg .tick, svg .unit { font-size: 16px; }
      }
      svg .number { font-variant-numeric: tabular-nums; }
      .grid { stroke: var(--grid); }
      .axis { stroke: var(--axis); }
      .bar { fill: var(--bar); }
      .bar.control, .bar.system { fill: var(--pale); }
      .range { stroke: var(--dot); stroke-width: 1.5; }
      .dot { fill: var(--paper); stroke: var(--dot); stroke-width: 1.5; }
      .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
      .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0 0 .5rem; padding: 0; font-size: .9rem; }
      .legend li { display: flex; align-items: center; gap: .45rem; }
      .legend svg { width: 28px; height: 10px; flex: none; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
      caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
      th, td { padding: .3rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
      th:first-child, td:last-child, th:last-child { text-align: left; }
      tbody th { font-weight: 600; }
      """
          + curves()
          + """
          </style>
          </head>
          <body>
          """;

  static final String FOOT = "</body>\n</html>\n";

  private static final int COLOURS = 10;

  private Style() {}

  /**
   * The head of another page that looks like this one and may ask for nothing, from anywhere.
   *
   * @param rules further ones
   */
  static String head(String title, String rules) {
    String policy =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n";
    return HEAD.replace("<title>penstock bench</title>", policy + "<title>" + title + "</title>")
        .replace("</style>", rules + "</style>");
  }

  /** Beyond the colours, lines are told apart by their dashes; neighbours differ in both. */
  private static String curves() {
    StringBuilder rules = new StringBuilder();
    String[] dashes = {"none", "7 3", "2 3"};
    for (int i = 0; i < COLOURS * dashes.length; i++) {
      rules.append(
          ".s%d { stroke: var(--c%d); stroke-dasharray: %s; }%n"
              .formatted(i, i % COLOURS, dashes[(i % COLOURS + i / COLOURS) % dashes.length]));
    }
    return rules.toString();
  }
}
