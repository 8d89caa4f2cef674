import { COLOURS, PLOT_STYLE } from './colours.ts';

export const PAGE_STYLE = `${COLOURS}${PLOT_STYLE}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 16px; }
h1 { font-size: 24px; margin: 8px 0; } h2 { font-size: 19px; margin: 0 0 4px; } h3 { font-size: 15px; margin: 20px 0 6px; }
p { margin: 6px 0; max-width: 80ch; overflow-wrap: anywhere; }
.soft { color: var(--soft); } a { color: var(--accent); }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin: 16px 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 8px 0; list-style: none; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: 4px; }
th, td { padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
th { font-weight: 600; } tbody th { font-weight: 400; }
th:first-child, td.words { text-align: left; }
.fold tbody th, td.words { white-space: normal; }
tr.group th { font-weight: 600; padding-top: 12px; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 16px; margin-top: 12px; }
.plot { display: block; width: 100%; max-width: 480px; height: auto; }
.exhibit { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 8px 24px; }
.exhibit > .wide { max-width: 100%; } .exhibit > .plots { flex: 1 1 360px; margin: 0; }
ul.facts { margin: 8px 0; padding-left: 20px; } ul.facts li { overflow-wrap: anywhere; }
@media (max-width: 600px) {
  main { padding: 8px; } section { padding: 12px; }
  .fold thead { position: absolute; clip-path: inset(50%); }
  .fold, .fold tbody { display: block; }
  .fold tr { display: flex; flex-wrap: wrap; border-bottom: 1px solid var(--line); padding: 4px 0; }
  .fold th, .fold td { border: 0; padding: 0 14px 0 0; white-space: normal; text-align: left; }
  .fold tbody th { flex: 0 0 100%; } .fold td.words { min-width: 0; } }
`;
