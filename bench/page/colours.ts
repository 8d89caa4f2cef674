/** Colours by their role, light and dark; of the page and of every picture. */
export const COLOURS = `
:root { color-scheme: light dark;
  --page: #f5f7fa; --surface: #ffffff; --line: #d5dde8; --text: #131a26; --soft: #4d5b70; --accent: #0b6e9e;
  --good: #0d7a55; --bad: #b3341c; --idle: #64728a;
  --s0: #0b6e9e; --s1: #b45309; --s2: #0d7a55; --s3: #8b3fa8; --s4: #b3341c; --base: #64728a; }
@media (prefers-color-scheme: dark) { :root {
  --page: #0b0f16; --surface: #10151f; --line: #2a364b; --text: #e4e9f2; --soft: #9aa7bb; --accent: #5cc8f0;
  --good: #4fd1a1; --bad: #ff8a75; --idle: #8a97ab;
  --s0: #5cc8f0; --s1: #f2b84b; --s2: #4fd1a1; --s3: #cf9bf0; --s4: #ff8a75; --base: #8a97ab; } }
`;

/** What plots are drawn with. */
export const PLOT_STYLE = `
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: var(--text); }
svg .soft { fill: var(--soft); font-size: 11px; }
svg .strong { font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .limit { stroke: var(--text); stroke-width: 2; stroke-dasharray: 4 2; }
svg .whisker { stroke: var(--text); stroke-width: 1.5; }
svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .bar { stroke-width: 1.5; }
svg .met { fill: var(--good); stroke: var(--good); }
svg .missed { fill: url(#hatch-bad); stroke: var(--bad); }
svg .baseline { fill: url(#hatch-base); stroke: var(--base); }
svg .contender { fill: var(--s0); stroke: var(--s0); }
svg .hatch-bad { stroke: var(--bad); stroke-width: 2; }
svg .hatch-base { stroke: var(--base); stroke-width: 1.5; }
`;
