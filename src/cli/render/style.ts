/** The report's only style sheet. A constant, because its hash stands in the page's security policy. */
export const pageStyle = `
:root {
  --ink: #1b2430; --muted: #566273; --line: #dfe4ea; --wash: #f5f7f9; --paper: #ffffff; --accent: #0b5f6b;
  --critical: #a8123a; --high: #b84300; --medium: #7d5c00; --low: #2c5f93; --info: #5b6675;
  --critical-wash: #fbe9ee; --high-wash: #fdeee4; --medium-wash: #faf2d9; --low-wash: #e8f0f8; --info-wash: #eef0f3;
  --good: #1d6b45; --good-wash: #e6f3ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e9ef; --muted: #a1adbb; --line: #313b47; --wash: #1b232c; --paper: #131920; --accent: #67c3cf;
    --critical: #ff8aa5; --high: #ffa873; --medium: #e8c65a; --low: #8dbcec; --info: #aab5c2;
    --critical-wash: #3f1724; --high-wash: #3d2413; --medium-wash: #352c10; --low-wash: #18293b; --info-wash: #262e38;
    --good: #7fd0a5; --good-wash: #14301f;
  }
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
header.top, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 40px }
header.top { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; padding-top: 36px; color: var(--muted); font-size: 13.5px }
header.top strong { color: var(--accent); font-size: 17px; letter-spacing: .01em; margin-right: auto }
h1 { font-size: 29px; line-height: 1.28; font-weight: 620; letter-spacing: -.012em; margin: 6px 0 14px; text-wrap: pretty }
h2 { font-size: 21px; font-weight: 620; letter-spacing: -.005em; margin: 64px 0 6px }
h3 { font-size: 16px; font-weight: 620; margin: 36px 0 8px }
p { margin: 0 0 10px; max-width: 78ch }
a { color: var(--accent) }
nav { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 44px 0 0; padding: 14px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); font-size: 14px }
nav a { text-decoration: none }
nav a:hover { text-decoration: underline }
.label { font-size: 13px; font-weight: 600; color: var(--accent) }
.verdict { margin: 26px 0 0; padding: 26px 32px 20px; border-radius: 10px; background: var(--wash); border-left: 6px solid var(--info) }
.verdict.act { border-color: var(--critical); background: var(--critical-wash) }
.verdict.review { border-color: var(--medium); background: var(--medium-wash) }
.verdict.quiet { border-color: var(--accent) }
.verdict p { font-size: 16px; margin-bottom: 6px }
.verdict .names { font-weight: 600; overflow-wrap: anywhere }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); margin: 26px 0 0; padding: 0 }
.tiles div { padding: 2px 20px; border-left: 1px solid var(--line) }
.tiles div:first-child { border-left: 0; padding-left: 0 }
.tiles dt { color: var(--muted); font-size: 13.5px }
.tiles dd { margin: 0; font-size: 23px; font-weight: 600; letter-spacing: -.01em; line-height: 1.35 }
.tiles dd small { display: block; max-width: 24em; font-size: 13.5px; font-weight: 400; color: var(--muted); letter-spacing: 0; line-height: 1.45 }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 56px }
.two h2 { margin-top: 36px; margin-bottom: 10px }
ol.decisions, ul.blind { margin: 0; padding: 0; list-style: none }
ol.decisions { counter-reset: d }
ol.decisions li { counter-increment: d; position: relative; padding: 0 0 14px 40px }
ol.decisions li::before { content: counter(d); position: absolute; left: 0; top: 1px; width: 25px; height: 25px; border-radius: 50%; background: var(--accent); color: var(--paper); font-size: 13.5px; font-weight: 600; text-align: center; line-height: 25px }
ul.blind li { padding: 0 0 12px 20px; position: relative }
ul.blind li::before { content: ""; position: absolute; left: 0; top: 8px; width: 8px; height: 8px; border-radius: 50%; border: 2px solid var(--muted) }
li strong { display: block; font-weight: 600; overflow-wrap: anywhere }
.sub, .note, .why { color: var(--muted); font-size: 13.5px }
.sub:empty, .note:empty, .said:empty, .strong:empty, .mono:empty, ul:empty, ol:empty, dl:empty { display: none }
.strong { font-weight: 600 }
.quiet-text { color: var(--muted) }
.mono, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; overflow-wrap: anywhere }
td .sub, th .sub { font-family: system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; font-size: 12.5px; font-weight: 400 }
.table-wrap { margin: 14px 0 0; overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.45 }
thead th { text-align: left; font-size: 12.5px; font-weight: 600; color: var(--muted); border-bottom: 1.5px solid var(--line); padding: 8px 14px 8px 0; vertical-align: bottom }
td, tbody th { text-align: left; font-weight: 400; vertical-align: top; padding: 12px 14px 4px 0; overflow-wrap: anywhere; min-width: 84px }
tbody th { font-weight: 600; min-width: 130px }
.narrow { width: 106px; min-width: 106px }
.when { white-space: nowrap; font-variant-numeric: tabular-nums }
.number { font-variant-numeric: tabular-nums; min-width: 70px }
tr.more td { padding-top: 0; padding-bottom: 12px }
tbody { border-bottom: 1px solid var(--line) }
tbody tr.main:last-child td, tbody tr.main:last-child th { padding-bottom: 12px }
.sev, .state { display: inline-block; white-space: nowrap; padding: 1px 9px 2px; border-radius: 5px; font-size: 12.5px; font-weight: 600; background: var(--info-wash); color: var(--info) }
.sev.critical { background: var(--critical-wash); color: var(--critical) }
.sev.high { background: var(--high-wash); color: var(--high) }
.sev.medium { background: var(--medium-wash); color: var(--medium) }
.sev.low { background: var(--low-wash); color: var(--low) }
.state.ok { background: var(--good-wash); color: var(--good) }
.state.failed { background: var(--critical-wash); color: var(--critical) }
.state.partial, .state.unclaimed { background: var(--medium-wash); color: var(--medium) }
.share { color: var(--muted); font-variant-numeric: tabular-nums; display: inline-block; min-width: 3.6em }
.shares { white-space: nowrap }
tbody th.light { font-weight: 400 }
ul.caveats, ul.plain { margin: 2px 0 4px; padding: 0 0 0 18px; color: var(--muted) }
details { margin-top: 4px }
summary { cursor: pointer; color: var(--accent); font-weight: 500; overflow-wrap: anywhere }
summary .sub { font-weight: 400 }
details dl { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 10px 0 4px }
details dl div { display: flex; gap: 8px }
dt { color: var(--muted) } dd { margin: 0; overflow-wrap: anywhere }
ol.links { margin: 12px 0; padding: 0 0 0 20px; border-left: 2px solid var(--line); list-style: none }
ol.links > li { margin-bottom: 12px }
.piece { margin: 10px 0 }
pre { margin: 3px 0 0; padding: 9px 12px; background: var(--wash); border-radius: 6px; white-space: pre-wrap; font-size: 12.5px; line-height: 1.5; max-height: 26em; overflow: auto }
pre:empty { display: none }
figure { margin: 18px 0 8px; overflow-x: auto }
.picture { display: block; width: 100%; min-width: 760px; height: auto }
.sketch { display: block; width: 100%; max-width: 860px; height: auto; margin: 10px 0 12px }
.usual { fill: var(--accent) } .usual.ninety-nine { opacity: .22 } .usual.ninety { opacity: .35 } .usual.half { opacity: .6 }
.seen { fill: var(--high); stroke: var(--paper); stroke-width: 1.5 } .hour { fill: var(--accent); opacity: .7 }
.moment { stroke: var(--ink); stroke-width: 1.5 } .moment.effect { stroke: var(--high); stroke-dasharray: 5 3 }
figcaption { margin-top: 10px; font-size: 13.5px; color: var(--ink) }
.key { width: 17px; height: 17px; vertical-align: -3px; margin: 0 5px 0 12px }
.key:first-child { margin-left: 0 }
figcaption .sub { margin-left: 14px }
svg text { fill: var(--ink); font-size: 13.5px; font-weight: 600 }
svg text.small { font-weight: 400; font-size: 12.5px }
svg text.tick { fill: var(--muted); font-weight: 400; font-size: 12px }
.grid, .rule { stroke: var(--line); stroke-width: 1 }
.mark, .bar { fill: var(--info); stroke: none } .bar { opacity: .38 }
.critical.mark, .critical.bar { fill: var(--critical) } .high.mark, .high.bar { fill: var(--high) }
.medium.mark, .medium.bar { fill: var(--medium) } .low.mark, .low.bar { fill: var(--low) }
.mark { stroke: var(--paper); stroke-width: 1.5 }
.step { fill: var(--paper); stroke: var(--ink); stroke-width: 1.2 }
.covered { fill: var(--accent); opacity: .55 } .gap { fill: var(--paper); stroke: var(--high); stroke-width: 1.4; stroke-dasharray: 3 2 }
.controls { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: center; padding: 2px 2px 10px; font-size: 13.5px }
.controls input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 6px 11px; width: 230px }
.choices { display: flex; flex-wrap: wrap; gap: 6px }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 6px; padding: 4px 11px; cursor: pointer }
button:hover:not(:disabled) { border-color: var(--accent) } button:disabled { opacity: .4; cursor: default }
button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--paper) }
button.sort { border: 0; padding: 0; font-weight: 600; text-align: left }
th[aria-sort] .sort { color: var(--accent) }
th[aria-sort="ascending"] .sort::after { content: " ↑" } th[aria-sort="descending"] .sort::after { content: " ↓" }
.status { color: var(--muted); margin-left: auto } .pager { display: flex; gap: 6px } .table-wrap > .pager { margin: 12px 2px } .pager[hidden] { display: none }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.print-only { display: none }
footer { margin: 72px auto 48px; padding-top: 18px; color: var(--muted); font-size: 13.5px }
@media (max-width: 820px) {
  header.top, main, footer { padding-left: 20px; padding-right: 20px }
  .two { grid-template-columns: 1fr } .tiles { grid-template-columns: 1fr 1fr; gap: 16px 0 } .tiles div:nth-child(3) { border-left: 0; padding-left: 0 } h1 { font-size: 25px }
}
@media print {
  @page { margin: 15mm 14mm }
  :root { --ink: #1b2430; --muted: #4c5767; --line: #d5dbe2; --wash: #f5f7f9; --paper: #fff; --accent: #0b5f6b; --critical: #a8123a; --high: #b84300; --medium: #7d5c00; --low: #2c5f93; --info: #5b6675; --critical-wash: #fbe9ee; --high-wash: #fdeee4; --medium-wash: #faf2d9; --low-wash: #e8f0f8; --info-wash: #eef0f3; --good: #1d6b45; --good-wash: #e6f3ec }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  header.top, main, footer { padding: 0; max-width: none }
  .two { grid-template-columns: 1fr 1fr; gap: 0 32px } h1 { font-size: 18pt } .tiles { grid-template-columns: repeat(4, 1fr) } .tiles dd { font-size: 14pt }
  .two h2 { margin: 16pt 0 6pt; font-size: 13pt } .verdict { padding: 12pt 18pt 9pt; margin-top: 12pt } .verdict p { font-size: 10.5pt } .tiles { margin-top: 12pt } .tiles div { padding: 0 10pt } .tiles dt, .tiles dd small, .sub, .note, .why { font-size: 8.5pt }
  ol.decisions li { padding: 0 0 8pt 30px } ol.decisions li::before { width: 20px; height: 20px; line-height: 20px; font-size: 9pt } ul.blind li { padding-bottom: 6pt } #executive h3 { margin: 10pt 0 2pt; font-size: 11pt } header.top { font-size: 9pt }
  nav, .controls, .pager { display: none !important }
  .print-only { display: block }
  #executive { break-after: page } #findings, #coverage { break-before: page } .unseen { display: none }
  h2, h3 { break-after: avoid } h2 { margin-top: 26pt } figure, .piece, li { break-inside: avoid }
  tr.main { break-inside: avoid; break-after: avoid } tr.main:last-child { break-after: auto }
  table { font-size: 8.5pt } thead { display: table-header-group } td, tbody th { min-width: 0 } tbody th { min-width: 0 } .narrow { width: 62pt; min-width: 0 } .sev, .state { font-size: 8pt; padding: 0 5pt 1pt } td .sub, th .sub, table .sub { font-size: 7.5pt } td.when { font-size: 7.5pt }
  details::details-content { content-visibility: visible; display: block; height: auto }
  pre { font-size: 7.5pt; max-height: 12em; overflow: hidden } .piece ~ .piece ~ .piece { display: none }
  .picture { min-width: 0 } .table-wrap, figure { overflow: visible }
  a { color: inherit; text-decoration: none }
}
`
