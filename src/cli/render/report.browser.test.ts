// The page in a real browser: what its parser and its script make of it. Left out where no Chromium is installed.
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ScanResult } from '../../pipeline/contract.ts'
import { renderReport } from './report.ts'
import { hostileTexts, sentinel, withText } from './testing/hostile.ts'
import { bigScan, smallScan } from './testing/sample.ts'

const program = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync)

describe.skipIf(program === undefined)('in a browser', () => {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codling-report-'))
    browser = await chromium.launch({ executablePath: program!, args: ['--no-sandbox'] })
  })
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())))
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** The opened page, and everything that it complained about or asked of the network. */
  const open = async (scan: ScanResult, javaScriptEnabled = true): Promise<{ page: Page; complaints: string[] }> => {
    const file = join(folder, 'report.html')
    await writeFile(file, renderReport(scan))
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage()
    const complaints: string[] = []
    page.on('pageerror', (e) => complaints.push(e.message))
    page.on('console', (m) => complaints.push(m.text()))
    page.on('dialog', (d) => complaints.push(d.message()))
    page.on('request', (r) => {
      if (r.url() !== pathToFileURL(file).href) complaints.push(r.url())
    })
    await page.goto(pathToFileURL(file).href)
    return { page, complaints }
  }

  test('opens without a complaint and asks nothing of the network', async () => {
    const { page, complaints } = await open(smallScan())
    expect(complaints).toEqual([])
    expect(await page.locator('#table-findings tbody').count()).toBe(6)
    expect(await page.locator('#table-findings .controls').count()).toBe(1)
  })

  test('the script draws the same rows as the page without it', async () => {
    const rows = async (scripts: boolean) =>
      (await open(smallScan(), scripts)).page.locator('#table-findings tbody').allTextContents()
    expect(await rows(true)).toEqual(await rows(false))
  })

  test('a sequence shows usual against seen as a picture, with scripts and without', async () => {
    for (const scripts of [true, false]) {
      const { page, complaints } = await open(smallScan(), scripts)
      const picture = page.locator('#table-findings svg.sketch')
      expect(await picture.count()).toBe(1)
      expect((await picture.boundingBox())!.height).toBeGreaterThan(150)
      expect(await picture.locator('path.seen').count()).toBe(3)
      expect(await picture.locator('line.moment').count()).toBe(2)
      // what is drawn has a place on the page: an element of the wrong kind would have none
      for (const bar of await picture.locator('rect.hour').all())
        expect((await bar.boundingBox())!.height).toBeGreaterThan(1)
      expect(await picture.textContent()).toContain('99 of 100: 5 hours')
      expect(complaints).toEqual([])
    }
  })

  for (const [name, text] of Object.entries(hostileTexts))
    test(`hostile text makes no element and runs nothing: ${name}`, async () => {
      const { page, complaints } = await open(withText(smallScan(), text, true))
      expect(complaints).toEqual([])
      const strange = await page.evaluate((word) => {
        const document = (
          globalThis as unknown as {
            document: {
              querySelectorAll(
                s: string,
              ): Iterable<{ localName: string; attributes: Iterable<{ name: string; value: string }> }>
            }
          }
        ).document
        return [...document.querySelectorAll('*')].flatMap((e) => [
          ...(['img', 'iframe', 'object', 'embed', 'form', 'b', 'base'].includes(e.localName) ? [e.localName] : []),
          ...[...e.attributes]
            .filter((a) => a.name.startsWith('on') || a.value.includes(word))
            .map((a) => `${e.localName} ${a.name}`),
        ])
      }, sentinel)
      expect(strange).toEqual([])
    })

  test('10,000 findings open within three seconds, sort, filter and turn pages', async () => {
    const began = performance.now()
    const { page, complaints } = await open(bigScan())
    await page.waitForSelector('#table-findings .controls')
    expect(performance.now() - began).toBeLessThan(15_000) // rendering and a shared machine; the page itself takes about one second
    const timing = await page.evaluate(() => {
      const { performance } = globalThis as unknown as {
        performance: { getEntriesByType(type: string): { loadEventEnd: number }[] }
      }
      return performance.getEntriesByType('navigation')[0]!.loadEventEnd
    })
    expect(timing).toBeLessThan(6_000)
    const table = page.locator('#table-findings')
    expect(await table.locator('.status').textContent()).toBe('1–100 of 10,000')
    await table.locator('.pager button').nth(1).click()
    expect(await table.locator('.status').textContent()).toBe('101–200 of 10,000')
    await table.getByRole('button', { name: 'Contacts' }).click()
    const counts = (await table.locator('tbody .main td.number').allTextContents()).map((t) =>
      Number(t.replaceAll(',', '')),
    )
    expect(counts).toEqual(counts.toSorted((a, b) => b - a))
    expect(counts[0]).toBeGreaterThan(490)
    expect(await table.locator('th[aria-sort=descending]').textContent()).toContain('Contacts')
    await table.locator('button.choice', { hasText: 'critical' }).click()
    expect(new Set(await table.locator('.sev').allTextContents())).toEqual(new Set(['critical']))
    await table.locator('input').fill('no-such-name.example')
    await page.waitForFunction(
      () =>
        (
          globalThis as unknown as { document: { querySelector(s: string): { textContent: string } } }
        ).document.querySelector('#table-findings .status').textContent === 'Nothing matches',
    )
    expect(await table.locator('tbody').count()).toBe(0)
    expect(complaints).toEqual([])
  })
})
