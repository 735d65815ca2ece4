import { describe, expect, it } from 'vitest'
import type { UsagePoint } from '#shared/api/ai.ts'
import { usageCsv } from './usage-csv.ts'
import { readUsageSearch } from './usage-search.ts'
import { percentOf, seriesOf, totalUsage } from './usage-series.ts'
import { usageWindow } from './usage-window.ts'

const NOW = Date.parse('2026-11-23T12:34:56Z')
const point = (key: string, at: string, cost: number, more: Partial<UsagePoint> = {}): UsagePoint => ({
  at,
  key,
  label: key.toUpperCase(),
  calls: 1,
  failed: 0,
  promptTokens: 10,
  completionTokens: 5,
  cost,
  ...more,
})

describe('usageWindow', () => {
  it('holds the present hour and the 23 before it', () => {
    const { from, to, bucket, moments } = usageWindow('day', NOW)
    expect({ from, to, bucket }).toEqual({
      from: '2026-11-22T13:00:00.000Z',
      to: '2026-11-23T13:00:00.000Z',
      bucket: 'hour',
    })
    expect([moments.length, moments[0], moments.at(-1)]).toEqual([24, '2026-11-22T13:00:00Z', '2026-11-23T12:00:00Z'])
  })

  it('holds whole days of UTC, today with them', () => {
    const { moments } = usageWindow('week', NOW)
    expect([moments.length, moments[0], moments.at(-1)]).toEqual([7, '2026-11-17T00:00:00Z', '2026-11-23T00:00:00Z'])
  })

  it('stays the same until the next hour begins', () => {
    expect(usageWindow('day', NOW + 60_000)).toEqual(usageWindow('day', NOW))
    expect(usageWindow('day', NOW + 3_600_000)).not.toEqual(usageWindow('day', NOW))
  })
})

describe('the series of a chart', () => {
  const moments = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z']
  const [first = '', second = ''] = moments

  it('are the largest first, with a zero where nothing was used', () => {
    const points = [point('a', second, 1), point('b', first, 2), point('b', second, 3)]
    const totals = totalUsage(points, 'cost')
    expect(totals.map(({ key, cost, tokens, calls }) => [key, cost, tokens, calls])).toEqual([
      ['b', 5, 30, 2],
      ['a', 1, 15, 1],
    ])
    expect(seriesOf(points, totals, moments, 'cost')).toEqual([
      { key: 'b', label: 'B', values: [2, 3] },
      { key: 'a', label: 'A', values: [0, 1] },
    ])
  })

  it('put all beyond the third together where there are more than four', () => {
    const points = ['a', 'b', 'c', 'd', 'e'].map((key, i) => point(key, first, 10 - i))
    const series = seriesOf(points, totalUsage(points, 'cost'), moments, 'cost')
    expect(series.map(({ key, values }) => [key, values[0]])).toEqual([
      ['a', 10],
      ['b', 9],
      ['c', 8],
      [null, 13],
    ])
  })

  it('measure tokens in both directions', () => {
    const points = [point('a', first, 0)]
    expect(seriesOf(points, totalUsage(points, 'tokens'), moments, 'tokens')[0]?.values).toEqual([15, 0])
  })
})

it('percentOf hides nothing that was used, and calls nothing all that is not', () => {
  expect([percentOf(0, 10), percentOf(3, 1850), percentOf(1, 3), percentOf(2, 3)]).toEqual(['0', '<1', '33', '67'])
  expect([percentOf(1849, 1850), percentOf(1850, 1850), percentOf(0, 0)]).toEqual(['99', '100', '0'])
})

describe('usageCsv', () => {
  it('quotes what needs it and gives money in whole units', () => {
    const csv = usageCsv([point('a', '2026-11-22T00:00:00Z', 1_500_000, { label: 'He said "hi", once' })])
    expect(csv.split('\r\n')).toEqual([
      'time,id,name,calls,failed,prompt_tokens,completion_tokens,cost',
      '2026-11-22T00:00:00Z,a,"He said ""hi"", once",1,0,10,5,1.5',
      '',
    ])
  })

  it.each(['=1+1', '+1', '-1', '@x', '\tx'])('lets no spreadsheet run %j', (label) => {
    expect(usageCsv([point('a', '2026-11-22T00:00:00Z', 0, { label })])).toContain(`,"'${label}",`)
  })
})

it('readUsageSearch leaves out what it does not know', () => {
  expect(readUsageSearch({ range: 'week', by: 'galaxy', measure: 7, view: 'table', other: 'x' })).toEqual({
    range: 'week',
    view: 'table',
  })
})
