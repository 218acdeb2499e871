package io.penstock.cli.page;

/** How the drawing of a request looks, and what the page around it does. */
final class ExplainStyle {
  /** Of the drawing itself, so that it is whole without a page, in light and dark. */
  static final String DRAWING =
      """

      .explain {
        --e-paper: #fcfcfa; --e-ink: #1d2125; --e-soft: #555d65; --e-line: #9aa0a6;
        --e-unknown: #ececea; --e-mapped: #bcd3ea; --e-new: #bfe0c4; --e-data: #2f6cab;
        --e-zeros: #8a3f7c; --e-pooled: #b3620f; --e-read: #2f6cab; --e-write: #b3273a;
        --e-segment: #d9d5c7;
      }
      @media (prefers-color-scheme: dark) {
        .explain {
          --e-paper: #16191d; --e-ink: #e7e9ea; --e-soft: #a9b1b9; --e-line: #707880;
          --e-unknown: #23272d; --e-mapped: #2d4a68; --e-new: #28502f; --e-data: #6db1f2;
          --e-zeros: #dc93cd; --e-pooled: #f0a458; --e-read: #6db1f2; --e-write: #f2818f;
          --e-segment: #45423a;
        }
      }
      .explain text {
        font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; fill: var(--e-ink);
      }
      .explain text.soft { fill: var(--e-soft); }
      .explain text.strong { font-weight: 600; }
      .explain text.middle { text-anchor: middle; } .explain text.end { text-anchor: end; }
      .explain text.over { paint-order: stroke; stroke: var(--e-paper); stroke-width: 4px; stroke-linejoin: round; }
      .explain .paper { fill: var(--e-paper); }
      .explain .unknown { fill: var(--e-unknown); stroke: var(--e-line); }
      .explain .mapped { fill: var(--e-mapped); stroke: var(--e-line); }
      .explain .new { fill: var(--e-new); stroke: var(--e-line); }
      .explain .unwritten { fill: url(#e-unwritten); stroke: var(--e-line); }
      .explain .hole { fill: url(#e-hole); stroke: var(--e-line); }
      .explain .segment { fill: var(--e-segment); stroke: var(--e-line); }
      .explain .device { fill: var(--e-unknown); stroke: var(--e-line); }
      .explain .data { fill: var(--e-data); stroke: var(--e-paper); }
      .explain .zeros { fill: url(#e-zeros); stroke: var(--e-zeros); }
      .explain .pooled { fill: url(#e-pooled); stroke: var(--e-pooled); }
      .explain .fall { fill-opacity: .2; stroke-width: 1; }
      .explain .fall.read { fill: var(--e-read); stroke: var(--e-read); }
      .explain .fall.write { fill: var(--e-write); stroke: var(--e-write); }
      .explain .block { stroke: var(--e-line); stroke-opacity: .7; }
      .explain .request { stroke: var(--e-ink); stroke-width: 1.5; }
      .explain .size { stroke: var(--e-write); stroke-width: 2.5; }
      .explain .p-new { fill: var(--e-new); } .explain .p-paper { fill: var(--e-paper); }
      .explain .p-line { stroke: var(--e-line); stroke-width: 1.5; }
      .explain .p-dot { fill: var(--e-line); }
      .explain .p-zeros { stroke: var(--e-zeros); stroke-width: 1.3; fill: none; }
      .explain .p-pooled { stroke: var(--e-pooled); stroke-width: 2.2; }
      """;

  /** Fillings that are told apart without colour too. */
  static final String PATTERNS =
      """
      <defs>
      <pattern id="e-unwritten" width="8" height="8" patternUnits="userSpaceOnUse">
      <rect width="8" height="8" class="p-new"/><path d="M0 8 8 0" class="p-line"/></pattern>
      <pattern id="e-hole" width="8" height="8" patternUnits="userSpaceOnUse">
      <rect width="8" height="8" class="p-paper"/><circle cx="4" cy="4" r="1.3" class="p-dot"/></pattern>
      <pattern id="e-zeros" width="7" height="7" patternUnits="userSpaceOnUse">
      <rect width="7" height="7" class="p-paper"/><path d="M0 0 7 7M7 0 0 7" class="p-zeros"/></pattern>
      <pattern id="e-pooled" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect width="6" height="6" class="p-paper"/><path d="M0 3H6" class="p-pooled"/></pattern>
      </defs>
      """;

  /** Of the page. */
  static final String PAGE =
      """
      .drawing { overflow-x: auto; margin: 1rem 0 .4rem; }
      .drawing > svg { display: block; width: 100%; min-width: 700px; height: auto; }
      .mark { outline: none; }
      .mark.later { opacity: .08; }
      .mark:hover > :not(title, text), .mark:focus > :not(title, text), .mark.now > :not(title, text) {
        stroke: var(--e-ink); stroke-width: 2.2;
      }
      #tell { min-height: 3em; color: var(--ink); font-variant-numeric: tabular-nums; max-width: none; }
      .steps { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: .6rem 0; }
      .steps button {
        font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--axis);
        border-radius: .3rem; padding: .35rem .9rem; cursor: pointer;
      }
      .steps button:disabled { color: var(--soft); border-color: var(--grid); cursor: default; }
      button:focus-visible, .drawing:focus-visible, #steps li:focus-visible {
        outline: 2px solid var(--bar); outline-offset: 2px;
      }
      #steps { padding-left: 2.2rem; margin: 0; }
      #steps li { padding: .3rem .5rem; border-left: 3px solid transparent; overflow-wrap: anywhere; }
      #steps li.now { border-left-color: var(--bar); background: var(--grid); }
      #steps li.later { color: var(--soft); }
      #steps ul { margin: .2rem 0; padding-left: 1.2rem; font-size: .9rem; list-style: none; }
      """;

  /** Steps forward and back, and tells what is pointed at or focused. Without it all is shown. */
  static final String SCRIPT =
      """
      (() => {
        const items = [...document.querySelectorAll("#steps > li")];
        const marks = [...document.querySelectorAll(".mark[data-step]")];
        const back = document.getElementById("back"), on = document.getElementById("on");
        const place = document.getElementById("place"), tell = document.getElementById("tell");
        let at = items.length - 1;
        const show = (next) => {
          at = Math.max(0, Math.min(items.length - 1, next));
          for (const mark of marks) {
            mark.classList.toggle("later", mark.dataset.step > at);
            mark.classList.toggle("now", +mark.dataset.step === at);
          }
          items.forEach((item, i) => {
            item.classList.toggle("later", i > at);
            item.classList.toggle("now", i === at);
            if (i === at) item.setAttribute("aria-current", "step");
            else item.removeAttribute("aria-current");
          });
          place.textContent = `step ${at + 1} of ${items.length}`;
          back.disabled = at === 0;
          on.disabled = at === items.length - 1;
          tell.textContent = items[at].firstChild.textContent;
        };
        back.addEventListener("click", () => show(at - 1));
        on.addEventListener("click", () => show(at + 1));
        items.forEach((item, i) => item.addEventListener("click", () => show(i)));
        document.addEventListener("keydown", (event) => {
          if (event.altKey || event.ctrlKey || event.metaKey) return;
          const moves = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: items.length - 1};
          if (!(event.key in moves) || event.target.classList?.contains("drawing")) return;
          event.preventDefault();
          show(moves[event.key]);
        });
        for (const mark of marks) {
          const words = () => { tell.textContent = mark.getAttribute("aria-label"); };
          mark.addEventListener("pointerenter", words);
          mark.addEventListener("focus", words);
        }
        show(at);
      })();
      """;

  private ExplainStyle() {}
}
