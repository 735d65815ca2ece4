import { common } from '../platform/common.ts'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'
import { Notice } from './notice.tsx'
import { Skeleton } from './skeleton.tsx'

interface Props {
  /** A query's; anything but null means that it failed. */
  readonly error: unknown
  readonly isEmpty: boolean
  readonly retry: () => unknown
  /** What could not be read, in a sentence. */
  readonly failed: string
  readonly empty: string
}

/** What stands in a side view where its list has nothing to show: it is empty, is still read, or could not be read. */
export function InsteadOfList({ error, isEmpty, retry, failed, empty }: Props) {
  if (isEmpty)
    return (
      <div className="px-3">
        <EmptyState>{empty}</EmptyState>
      </div>
    )
  if (error === null)
    return (
      <div className="px-3">
        <Skeleton rows={6} />
      </div>
    )
  return (
    <div className="grid justify-items-start gap-3 px-3">
      <Notice tone="error">{failed}</Notice>
      <Button onClick={() => void retry()}>{common.t('action.retry')}</Button>
    </div>
  )
}
