import { useEffect, useState } from 'react'
import { TextField } from './text-field.tsx'

interface Props {
  label: string
  min: number
  max: number
  value: number
  onChange: (value: number) => void
}

/** A whole number in a range; takes effect when the field is left or Enter is pressed. */
export function NumberField({ label, min, max, value, onChange }: Props) {
  const [typed, setTyped] = useState(String(value))
  useEffect(() => setTyped(String(value)), [value])
  const commit = () => {
    const number = Math.round(Number(typed))
    const next = Number.isFinite(number) && typed.trim() !== '' ? Math.min(max, Math.max(min, number)) : value
    setTyped(String(next))
    if (next !== value) onChange(next)
  }
  return (
    <TextField
      label={label}
      type="number"
      inputMode="numeric"
      min={min}
      max={max}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  )
}
