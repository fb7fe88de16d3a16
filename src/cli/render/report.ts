// The report: one file that opens without network, safe whatever the telemetry holds.
import { severityRank } from '../../model/index.ts'
import type { ScanResult } from '../../pipeline/contract.ts'
import { deviceTable, feedTable, problemWords, sourceTable } from './coverage.ts'
import { findingTable } from './findings.ts'
import { type Html, html, page } from './html.ts'
import { gapPicture, lanesOf, severityCounts, timeline } from './pictures.ts'
import { pageScript } from './script.ts'
import { pageStyle } from './style.ts'
import { type BlindSpot, cannotShow, type Summary, summarise } from './summary.ts'
import { type PagedTable, tableData, tableHtml } from './table.ts'
import {
  amount,
  bounded,
  bytes,
  counted,
  day,
  deviceKey,
  duration,
  isNamed,
  listed,
  minute,
  secondsBetween,
  severityOf,
  span,
  tail,
  withdrawal,
} from './words.ts'

/**
 * The scan document as one self-contained HTML page: no network, no fonts, readable without scripts and on paper.
 * Every text of the document is shown as text: markup, control and bidi characters have no effect. Never throws on data.
 */
export function renderReport(scan: ScanResult): string {
  const inReport = scan.findings.length + scan.history.length + scan.leads.length
  const lanes = lanesOf(scan.findings)
  const tables = {
    findings: findingTable('findings', 'Findings', scan.findings, inReport),
    devices: deviceTable(lanes),
    history: findingTable('history', 'History', scan.history, inReport),
    leads: findingTable('leads', 'Leads', scan.leads, inReport),
    sources: sourceTable(scan),
    feeds: feedTable(scan),
  }
  const summary = summarise(scan)
  return page({
    title: `Codling report, ${day(scan.finished)}`,
    style: pageStyle,
    script: pageScript,
    data: tableData(Object.values(tables)),
    body: html`<header class="top"><strong>Codling</strong><span>Scan of ${minute(scan.started)} UTC</span><span>Telemetry ${period(scan)}</span></header>
<main>
${executive(scan, summary)}
<nav aria-label="Contents"><a href="#timeline">Timeline</a><a href="#findings">Findings</a><a href="#history">History</a><a href="#leads">Leads</a><a href="#coverage">Coverage</a><a href="#feeds">Indicators</a></nav>
<section id="timeline"><h2>Timeline</h2>${timeline(scan.findings) ?? nothing('There is no finding to draw.')}
${lanes.length > 0 ? html`<h3>Devices with findings</h3>${tableHtml(tables.devices)}` : null}</section>
${findingSections(scan, tables)}
${coverage(scan, tables.sources)}
${feeds(scan, tables.feeds)}
</main>
<footer>Codling ${bounded(scan.codling.version, 40)} · ${counted(scan.sources.length, 'source')}, ${bytes(scan.totals.bytes)} read in ${duration(secondsBetween(scan.started, scan.finished))} · All times are UTC. Destinations are shown as text and never as links. Nothing in this page was looked up on the network.</footer>`,
  })
}

const nothing = (text: string): Html => html`<p class="quiet-text">${text}</p>`
const period = (scan: ScanResult): string =>
  scan.totals.first === null ? 'without times' : span(scan.totals.first, scan.totals.last, day)

const mostSpots = 6
function executive(scan: ScanResult, summary: Summary): Html {
  const { totals } = scan
  const devices = new Set(scan.findings.filter((f) => isNamed(f.device)).map((f) => deviceKey(f.device))).size
  const urgent = scan.findings.filter((f) => severityRank(severityOf(f)) >= severityRank('medium')).length
  const spots = summary.blindSpots.slice(0, mostSpots)
  return html`<section id="executive">
<div class="verdict ${summary.verdict}"><div class="label">Is anything burning?</div><h1>${summary.answer}</h1>
${summary.devices.length > 0 ? html`<p class="names">${listed(summary.devices, 6)}</p>` : null}
<p>${summary.sure}</p></div>
<dl class="tiles">
<div><dt>Devices with findings</dt><dd>${amount(devices)}<small>of ${counted(totals.devices, 'device')} seen by name${
    totals.addresses > 0 ? `, and ${counted(totals.addresses, 'address', 'addresses')} without` : ''
  }</small></dd></div>
<div><dt>Findings</dt><dd>${amount(scan.findings.length)}<small>${
    scan.findings.length > 0 ? severityCounts(scan.findings) : 'of any severity'
  }</small></dd></div>
<div><dt>New since the last scan</dt><dd>${amount(totals.new_findings)}<small>${
    urgent > 0 ? `${counted(urgent, 'finding deserves', 'findings deserve')} attention` : 'none deserves attention now'
  }</small></dd></div>
<div><dt>Period read</dt><dd>${periodLength(scan)}<small>${period(scan)}</small></dd></div>
</dl>
<div class="two">
<div><h2>What to decide</h2><ol class="decisions">${summary.decisions.map(
    (d) => html`<li><strong>${d.what}</strong><span class="why">${d.why}</span></li>`,
  )}</ol></div>
<div><h2>What was not visible</h2>${
    spots.length > 0
      ? html`<ul class="blind">${spots.map(spotHtml)}</ul>`
      : nothing('The telemetry declares no blind spot. Telemetry never shows everything.')
  }${
    summary.blindSpots.length > spots.length
      ? html`<p class="note">${counted(summary.blindSpots.length - spots.length, 'more is', 'more are')} listed under Coverage.</p>`
      : null
  }</div>
</div>
<h3>What was looked at</h3><p>${summary.looked}</p>
</section>`
}

const spotHtml = (s: BlindSpot): Html =>
  html`<li>${s.what}${s.remedy ? html` <span class="why">${s.remedy}</span>` : null}</li>`

function periodLength(scan: ScanResult): string {
  if (scan.totals.first === null || scan.totals.last === null) return '–'
  const seconds = secondsBetween(scan.totals.first, scan.totals.last)
  return seconds >= 2 * 86_400 ? counted(Math.round(seconds / 86_400), 'day') : duration(seconds)
}

function findingSections(
  scan: ScanResult,
  tables: Readonly<Record<'findings' | 'history' | 'leads', PagedTable>>,
): Html {
  return html`<section id="findings"><h2>Findings</h2>${
    scan.findings.length > 0
      ? html`<p>A finding is a contact or a sequence that deserves a look; the percentage is the estimated probability that it is genuine.</p>${tableHtml(tables.findings)}`
      : nothing('None. What could not have been seen stands under Coverage.')
  }</section>
<section id="history"><h2>History</h2>${
    scan.history.length > 0
      ? html`<p>${historyWords(scan)}</p>${tableHtml(tables.history)}`
      : nothing('No contact with an indicator that had already ended, and nothing withdrawn.')
  }</section>
<section id="leads"><h2>Leads</h2>${
    scan.leads.length > 0
      ? html`<p>Weaker hints, in the order worth looking at. There is too little history to call them findings.</p>${tableHtml(tables.leads)}`
      : nothing('None.')
  }</section>`
}

function historyWords({ history }: ScanResult): string {
  const withdrawn = history.filter((f) => withdrawal(f) !== null).length
  return [
    history.length > withdrawn
      ? 'Contacts with indicators that had already ended when the contact happened are kept for the record and raise no alarm.'
      : '',
    withdrawn > 0
      ? `${counted(withdrawn, 'sequence')} that an earlier scan told ${withdrawn === 1 ? 'is' : 'are'} withdrawn, each with its reason.`
      : '',
  ]
    .filter((words) => words !== '')
    .join(' ')
}

function coverage(scan: ScanResult, sources: PagedTable): Html {
  const problems = Object.entries(scan.totals.problems).sort((a, b) => b[1] - a[1])
  const hidden = cannotShow(scan)
  return html`<section id="coverage"><h2>Coverage</h2>
<p>What was read, how well, and what this telemetry could not have shown.</p>
<h3>Questions that could not be put, or not fully</h3>${
    scan.blind.length > 0
      ? html`<table><caption class="unseen">Blind analytics</caption><thead><tr><th scope="col">Analytic</th><th scope="col">Reason</th><th scope="col">Remedy</th></tr></thead>${scan.blind
          .slice(0, 200)
          .map(
            (b) =>
              html`<tbody><tr class="main"><th scope="row">${bounded(b.analytic, 60)}</th><td>${bounded(b.reason, 400)}</td><td>${bounded(b.remedy, 400)}</td></tr></tbody>`,
          )}</table>`
      : nothing('Every analytic had what it needs.')
  }
<h3>What the telemetry cannot show</h3>${
    hidden.length > 0
      ? html`<ul class="blind">${hidden.slice(0, 60).map(
          (h) =>
            html`<li>${bounded(h.text, 300)} <span class="why">${counted(h.sources.length, 'source')}: ${listed(
              h.sources.map((path) => tail(path, 60)),
              3,
            )}</span></li>`,
        )}</ul>`
      : nothing('The sources declare nothing.')
  }
<h3>Time covered</h3>${gapPicture(scan.sources) ?? nothing('No source has times.')}
${
  problems.length > 0
    ? html`<h3>Problems in the data</h3><table><caption class="unseen">Problems by kind</caption><thead><tr><th scope="col" class="narrow">Records</th><th scope="col">What was wrong</th></tr></thead>${problems
        .slice(0, 60)
        .map(
          ([code, n]) =>
            html`<tbody><tr class="main"><td class="number">${amount(n)}</td><th scope="row" class="light">${problemWords(code)}</th></tr></tbody>`,
        )}</table>`
    : null
}
<h3>Sources</h3>${scan.sources.length > 0 ? tableHtml(sources) : nothing('No source was given.')}</section>`
}

function feeds(scan: ScanResult, table: PagedTable): Html {
  const { loaded, review, rejected } = scan.totals.indicators
  return html`<section id="feeds"><h2>Indicators</h2>
<p>${counted(loaded, 'indicator')} known to be malicious were compared with the telemetry.${
    review > 0 ? ` ${amount(review)} more wait for a review, because they would match too much.` : ''
  }${rejected > 0 ? ` ${amount(rejected)} could not be understood.` : ''}</p>
${table.rows.length > 0 ? tableHtml(table) : nothing('No list was loaded.')}</section>`
}
