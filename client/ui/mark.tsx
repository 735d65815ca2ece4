import { common } from '../platform/common.ts'

/** Two threads that cross: the product's mark and name. */
export function Mark({ isNameHidden = false }: { isNameHidden?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2 text-15 font-semibold">
      <svg
        viewBox="0 0 16 16"
        width="20"
        height="20"
        aria-hidden
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d="M2 4c4 0 4 8 8 8M2 12c4 0 4-8 8-8M12 4h2M12 12h2" />
      </svg>
      <span className={isNameHidden ? 'sr-only' : ''}>{common.t('product')}</span>
    </span>
  )
}
