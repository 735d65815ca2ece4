import { createStore } from 'zustand/vanilla'
import type { ErrorCode } from '#shared/errors.ts'
import { readStored, writeStored } from '../../platform/storage.ts'
import { announce } from '../../ui/announcer.ts'
import { messages } from './locale.ts'

const KEY = 'completions'

export interface GhostState {
  /** the person's choice, kept on this device */
  readonly isOn: boolean
  /** whether a model completes here; null until somebody asked */
  readonly isOffered: boolean | null
  /** why nobody is asked for now */
  readonly problem: ErrorCode | 'network' | null
}

/** Whether completions are wanted, offered and well. */
export const ghostState = createStore<GhostState>(() => ({
  isOn: readStored(KEY) !== 'off',
  isOffered: null,
  problem: null,
}))

/** Whether the editor should look for suggestions at each key: where none can come, that only costs time. */
export const isSuggesting = ({ isOn, isOffered }: GhostState): boolean => isOn && isOffered !== false

/** Turns completions on or off in every editor of this page. */
export function toggleCompletions(): void {
  const isOn = !ghostState.getState().isOn
  writeStored(KEY, isOn ? null : 'off')
  ghostState.setState({ isOn, problem: null })
  announce(messages.t(isOn ? 'saidOn' : 'saidOff'))
}
