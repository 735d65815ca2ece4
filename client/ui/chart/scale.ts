const STEPS = [1, 2, 2.5, 5, 10]

/** Round ticks from 0 to at least `max`, about four of them. */
export function niceTicks(max: number, wanted = 3): number[] {
  if (!(max > 0)) return [0, 1]
  const rough = max / wanted
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = (STEPS.find((s) => s * magnitude >= rough) ?? 10) * magnitude
  const count = Math.ceil(max / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => i * step)
}

/** Which of `count` labels fit where each needs `labelPx` of `widthPx`: every n-th. */
export const labelStride = (count: number, widthPx: number, labelPx: number): number =>
  Math.max(1, Math.ceil((count * labelPx) / Math.max(widthPx, 1)))
