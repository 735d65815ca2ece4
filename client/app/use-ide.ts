import { useEffect, useState } from 'react'
import { loadedIde, loadIde } from './load-ide.ts'

/**
 * The IDE once its code is here, null until then; throws where it could not be loaded.
 * Not `lazy`: React holds back what follows a fallback of Suspense until that was seen for 300 ms.
 */
export function useIde() {
  const [ide, setIde] = useState(loadedIde)
  const [failure, setFailure] = useState<unknown>(null)
  const isMissing = ide === null
  useEffect(() => {
    if (!isMissing) return
    let isGone = false
    loadIde().then(
      (module) => {
        if (!isGone) setIde(module)
      },
      (error: unknown) => {
        if (!isGone) setFailure(error)
      },
    )
    return () => {
      isGone = true
    }
  }, [isMissing])
  if (failure !== null) throw failure
  return ide
}
