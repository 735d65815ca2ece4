import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { BarChart } from './bar-chart.tsx'

afterEach(cleanup)

const columns = ['Mon', 'Tue', 'Wed'].map((day) => ({ key: day, short: day, long: `${day}day` }))
const series = [
  { key: 'a', label: 'alpha', values: [1, 0, 3] },
  { key: 'b', label: 'beta', values: [2, 0, 4] },
]
const draw = (reference?: { value: number; label: string }) =>
  render(
    <BarChart
      label="Calls over time"
      columns={columns}
      series={series}
      format={String}
      formatTick={String}
      describe={(i) => `${columns[i]?.long}: ${(series[0]?.values[i] ?? 0) + (series[1]?.values[i] ?? 0)}`}
      totalLabel="Total"
      reference={reference}
    />,
  )

describe('BarChart', () => {
  it('reads the column to which the arrow keys have gone, and stops at its ends', () => {
    draw()
    const chart = screen.getByRole('slider', { name: 'Calls over time' })
    expect(chart.getAttribute('aria-valuetext')).toBe('Wedday: 7')
    fireEvent.keyDown(chart, { key: 'ArrowRight' })
    expect(chart.getAttribute('aria-valuetext')).toBe('Wedday: 7')
    fireEvent.keyDown(chart, { key: 'ArrowLeft' })
    expect(chart.getAttribute('aria-valuetext')).toBe('Tueday: 0')
    fireEvent.keyDown(chart, { key: 'Home' })
    expect(chart.getAttribute('aria-valuetext')).toBe('Monday: 3')
    expect(screen.getByText('alpha')).toBeTruthy()
    fireEvent.keyDown(chart, { key: 'Escape' })
    expect(screen.queryByText('alpha')).toBeNull()
  })

  it('draws what was counted and nothing for what was not', () => {
    const { container } = draw()
    expect(container.querySelectorAll('rect')).toHaveLength(4)
  })

  it('leaves out a line that would press the bars flat', () => {
    const { container } = draw({ value: 1000, label: 'budget' })
    expect(screen.queryByText('budget')).toBeNull()
    cleanup()
    draw({ value: 10, label: 'budget' })
    expect(screen.getByText('budget')).toBeTruthy()
    expect(container.querySelectorAll('[stroke-dasharray]')).toHaveLength(0)
  })
})
