import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { cx } from '../class-names.ts'
import { labelStride, niceTicks } from './scale.ts'
import { useWidth } from './use-width.ts'

export interface ChartSeries {
  readonly key: string
  readonly label: string
  /** one for each column */
  readonly values: readonly number[]
}

export interface ChartColumn {
  readonly key: string
  /** under the axis */
  readonly short: string
  /** above the values */
  readonly long: string
}

interface Props {
  /** What is drawn, read first. */
  label: string
  columns: readonly ChartColumn[]
  /** at most four: as many as there are colours; the first stands at the bottom */
  series: readonly ChartSeries[]
  format: (value: number) => string
  formatTick: (value: number) => string
  /** One column as a sentence, for who hears it. */
  describe: (column: number) => string
  totalLabel: string
  /** A dashed line across, where it is within reach of the bars. */
  reference?: { readonly value: number; readonly label: string } | undefined
}

const HEIGHT = 208
const TOP = 12
const BOTTOM = 24
const LEFT = 48
const LABEL_PX = 64
const TIP_PX = 208

/** The colour of the series at this place. */
export const seriesColor = (place: number): string => `var(--series-${(place % 4) + 1})`

/** Stacked bars over time. The arrow keys go from column to column, and each is read with its values. */
export function BarChart({ label, columns, series, format, formatTick, describe, totalLabel, reference }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const [active, setActive] = useState<number | null>(null)
  const sums = columns.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
  const highest = Math.max(0, ...sums)
  const line = reference !== undefined && reference.value <= highest * 3 ? reference : undefined
  const ticks = niceTicks(Math.max(highest, line?.value ?? 0))
  const ceiling = ticks.at(-1) ?? 1
  const y = (value: number) => HEIGHT - BOTTOM - (value / ceiling) * (HEIGHT - TOP - BOTTOM)
  const step = Math.max(0, width - LEFT) / Math.max(1, columns.length)
  const gap = Math.min(4, step * 0.2)
  const stride = labelStride(columns.length, width - LEFT, LABEL_PX)
  const last = columns.length - 1
  const at = active === null ? null : Math.min(active, last)

  const point = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT
    setActive(x < 0 || step === 0 ? null : Math.min(last, Math.floor(x / step)))
  }
  const steer = (event: KeyboardEvent) => {
    const from = at ?? last
    const next = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key]
    if (event.key === 'Escape') setActive(null)
    if (next === undefined) return
    event.preventDefault()
    setActive(Math.min(last, Math.max(0, next)))
  }

  return (
    <div
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={at ?? last}
      aria-valuetext={describe(at ?? last)}
      className="relative rounded-sm select-none"
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => setActive(null)}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && setActive(last)}
      onBlur={() => setActive(null)}
      onKeyDown={steer}
    >
      <svg width={width} height={HEIGHT} aria-hidden className="block max-w-full">
        {at !== null && (
          <rect x={LEFT + at * step} y={TOP} width={step} height={HEIGHT - TOP - BOTTOM} fill="var(--surface-hover)" />
        )}
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end" fontSize="11" fill="var(--text-muted)">
              {formatTick(tick)}
            </text>
          </g>
        ))}
        {columns.map((column, i) => {
          let below = 0
          return (
            <g key={column.key}>
              {series.map(({ key, values }, place) => {
                const value = values[i] ?? 0
                const bottom = y(below)
                below += value
                // A hairline of the page between parts tells them apart without their colours.
                const height = bottom - y(below) - (place > 0 ? 1 : 0)
                if (value <= 0) return null
                return (
                  <rect
                    key={key}
                    x={LEFT + i * step + gap / 2}
                    width={Math.max(1, step - gap)}
                    y={y(below)}
                    height={Math.max(1, height)}
                    fill={seriesColor(place)}
                  />
                )
              })}
              {(last - i) % stride === 0 && (
                <text
                  x={Math.min(LEFT + (i + 0.5) * step, width - 20)}
                  y={HEIGHT - 6}
                  textAnchor="middle"
                  fontSize="11"
                  fill="var(--text-muted)"
                >
                  {column.short}
                </text>
              )}
            </g>
          )
        })}
        {line !== undefined && (
          <g>
            {/* The page shows around both, so that they can be read where bars lie behind them. */}
            <line x1={LEFT} x2={width} y1={y(line.value)} y2={y(line.value)} stroke="var(--surface)" strokeWidth="3" />
            <line
              x1={LEFT}
              x2={width}
              y1={y(line.value)}
              y2={y(line.value)}
              stroke="var(--danger)"
              strokeDasharray="4 3"
            />
            <text
              x={width}
              y={y(line.value) - 4}
              textAnchor="end"
              fontSize="11"
              fill="var(--text)"
              stroke="var(--surface)"
              strokeWidth="4"
              strokeLinejoin="round"
              paintOrder="stroke"
            >
              {line.label}
            </text>
          </g>
        )}
      </svg>
      {at !== null && (
        <div
          aria-hidden
          className={cx(
            'pointer-events-none absolute top-3 z-10 grid gap-0.5 rounded-sm bg-raised px-2.5 py-1.5 text-12 shadow-float',
          )}
          style={{ width: TIP_PX, left: tipLeft(LEFT + at * step, step, width) }}
        >
          <b>{columns[at]?.long}</b>
          {series.map(({ key, label: name, values }, place) =>
            (values[at] ?? 0) > 0 ? (
              <span key={key} className="flex items-center gap-1.5">
                <Swatch place={place} />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <span>{format(values[at] ?? 0)}</span>
              </span>
            ) : null,
          )}
          <span className="flex border-t border-line pt-0.5 text-muted">
            <span className="flex-1">{totalLabel}</span>
            <span>{format(sums[at] ?? 0)}</span>
          </span>
        </div>
      )}
    </div>
  )
}

/** Right of the column, or left of it where there is no room; never outside. */
function tipLeft(columnX: number, step: number, width: number): number {
  const right = columnX + step + 8
  const left = right + TIP_PX <= width ? right : columnX - TIP_PX - 8
  return Math.max(0, Math.min(left, width - TIP_PX))
}

/** The colour of a series beside its name. */
export function Swatch({ place }: { place: number }) {
  return (
    <span
      aria-hidden
      className="inline-block size-2.5 shrink-0 rounded-[2px]"
      style={{ background: seriesColor(place) }}
    />
  )
}
