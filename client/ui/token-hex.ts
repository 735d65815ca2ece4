const values = new Map<string, string>()

/** Reads what these tokens are on this page now; one style pass for all. Call again after the theme changed. */
export function readTokens(names: readonly string[]): void {
  const host = document.createElement('div')
  host.hidden = true
  const probes = names.map((name) => {
    const probe = document.createElement('span')
    probe.style.color = `var(${name})`
    host.append(probe)
    return [name, probe] as const
  })
  document.body.append(host)
  const hex = (n: number): string => Math.round(n).toString(16).padStart(2, '0')
  for (const [name, probe] of probes) {
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g)
    const [red = 0, green = 0, blue = 0, alpha = 1] = parts?.map(Number) ?? []
    values.set(name, `#${hex(red)}${hex(green)}${hex(blue)}${alpha < 1 ? hex(alpha * 255) : ''}`)
  }
  host.remove()
}

/** A token as #rrggbb(aa), for drawings that know no CSS variables: Monaco, xterm, charts. */
export const tokenHex = (name: string): string => {
  if (!values.has(name)) readTokens([name])
  return values.get(name) ?? ''
}

/** A person's colour for drawings that know no CSS variables. */
export const personHex = (color: number): string => tokenHex(`--person-${(color % 8) + 1}`)
