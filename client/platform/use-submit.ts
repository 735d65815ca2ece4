import { useState } from 'react'
import { describeError } from './api-error.ts'

interface Submit {
  readonly isBusy: boolean
  /** What the last try failed with, as a sentence. */
  readonly error: string | null
  run(): Promise<void>
}

/** Runs a form's action, with what went wrong as a sentence beside it. */
export function useSubmit(action: () => Promise<unknown>): Submit {
  const [state, setState] = useState<{ isBusy: boolean; error: string | null }>({ isBusy: false, error: null })
  return {
    ...state,
    run: async () => {
      setState({ isBusy: true, error: null })
      try {
        await action()
        setState({ isBusy: false, error: null })
      } catch (error) {
        setState({ isBusy: false, error: describeError(error) })
      }
    },
  }
}
