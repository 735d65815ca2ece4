import { createStore } from 'zustand/vanilla'
import type { ErrorCode } from '#shared/errors.ts'
import { readStored, writeStored } from '../../platform/storage.ts'
import { announce } from '../../ui/announcer.ts'
import { messages } from './locale.ts'

const KEY = 'completions'

export interface GhostState {
  /** the person's choice, kept on this device */
  readonly isOn: boolean
  /** true once it is known that a model completes here */
  readonly isOffered: boolean
  /** why nobody is asked for now */
  readonly problem: ErrorCode | 'network' | null
}

/** Whether completions are wanted, offered and well. */
export const ghostState = createStore<GhostState>(() => ({
  isOn: readStored(KEY) !== 'off',
  isOffered: false,
  problem: null,
}))

/** Turns completions on or off in every editor of this page. */
export function toggleCompletions(): void {
  const isOn = !ghostState.getState().isOn
  writeStored(KEY, isOn ? null : 'off')
  ghostState.setState({ isOn, problem: null })
  announce(messages.t(isOn ? 'saidOn' : 'saidOff'))
}
