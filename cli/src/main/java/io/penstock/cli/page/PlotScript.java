package io.penstock.cli.page;

/** What makes the parts of a {@link Plot} tell their numbers, and how those look that do. */
final class PlotScript {
  static final String RULES =
      """
      svg.plot { touch-action: pan-y; }
      svg.plot:focus { outline: none; }
      svg.plot:focus-visible { outline: 3px solid var(--bar); outline-offset: 3px; border-radius: 2px; }
      .part { fill: transparent; }
      .part.on { fill: var(--pale); fill-opacity: .45; }
      .cell { fill: var(--bar); }
      .cell.h1 { fill-opacity: .14; } .cell.h2 { fill-opacity: .26; } .cell.h3 { fill-opacity: .38; }
      .cell.h4 { fill-opacity: .52; } .cell.h5 { fill-opacity: .68; } .cell.h6 { fill-opacity: .84; }
      .cell.h7 { fill-opacity: 1; }
      .cell.on { fill: var(--c1); fill-opacity: 1; }
      .says { min-height: 3em; color: var(--soft); font-size: .9rem; font-variant-numeric: tabular-nums; }
      .key { display: inline-block; width: .8em; height: .8em; margin-right: .4em; background: var(--bar); }
      .key.pale { background: var(--pale); }
      """;

  static final String SCRIPT =
      """
      <script>
      for (const plot of document.querySelectorAll("svg.plot")) {
        const says = document.getElementById(plot.id + "-says");
        const parts = [...plot.querySelectorAll(".part")];
        const place = part => [Number(part.dataset.column), Number(part.dataset.row)];
        let current = null;
        const choose = part => {
          if (!part || part === current) return;
          if (current) current.classList.remove("on");
          current = part;
          part.classList.add("on");
          says.textContent = part.dataset.says;
        };
        const next = (along, up) => {
          const [column, row] = place(current);
          let best = null, least = Infinity;
          for (const part of parts) {
            const [c, r] = place(part);
            const ahead = along ? (c - column) * along : (r - row) * up;
            const aside = along ? Math.abs(r - row) : Math.abs(c - column);
            if (ahead > 0 && ahead * 1000 + aside < least) { best = part; least = ahead * 1000 + aside; }
          }
          return best;
        };
        const keys = {
          ArrowLeft: () => next(-1, 0), ArrowRight: () => next(1, 0),
          ArrowUp: () => next(0, 1), ArrowDown: () => next(0, -1),
          Home: () => parts[0], End: () => parts[parts.length - 1],
        };
        const point = event => { if (event.target.classList.contains("part")) choose(event.target); };
        plot.addEventListener("pointermove", point);
        plot.addEventListener("pointerdown", point);
        plot.addEventListener("focus", () => choose(current || parts[0]));
        plot.addEventListener("keydown", event => {
          const key = keys[event.key];
          if (!key || !current || event.ctrlKey || event.altKey || event.metaKey) return;
          event.preventDefault();
          choose(key());
        });
      }
      </script>
      """;

  private PlotScript() {}
}
