interface Props {
  label: string
  /** 0 … 1, or null where nobody can know */
  value: number | null
}

/** How far long work has come. */
export function Progress({ label, value }: Props) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': percent })}
      className="relative h-1 overflow-hidden rounded-full bg-hover"
    >
      {percent === null ? (
        <span className="absolute inset-y-0 w-2/5 rounded-full bg-accent motion-safe:animate-[sweep_1.4s_linear_infinite]" />
      ) : (
        <span className="absolute inset-y-0 left-0 rounded-full bg-accent" style={{ width: `${percent}%` }} />
      )}
    </div>
  )
}
