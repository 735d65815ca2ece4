import { expect, it } from 'vitest'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { createControlBus } from './control.ts'

const event: ControlEvent = { type: 'workspace-deleted', workspaceId: 'w' as WorkspaceId }

it('tells every listener before publish returns', () => {
  const bus = createControlBus(() => {})
  const heard: string[] = []
  bus.subscribe((e) => heard.push(`a ${e.type}`))
  bus.subscribe((e) => heard.push(`b ${e.type}`))
  bus.publish(event)
  expect(heard).toEqual(['a workspace-deleted', 'b workspace-deleted'])
})

it('tells the others where one listener fails, and reports the failure', () => {
  const failures: unknown[] = []
  const bus = createControlBus((error) => failures.push(error))
  const heard: ControlEvent[] = []
  bus.subscribe(() => {
    throw new Error('a bug of one feature')
  })
  bus.subscribe((e) => heard.push(e))
  bus.publish(event)
  expect(heard).toEqual([event])
  expect(failures).toMatchObject([{ message: 'a bug of one feature' }])
})

it('tells nothing after the subscription ended, also where it ends in the middle of an event', () => {
  const bus = createControlBus(() => {})
  const heard: string[] = []
  const endFirst = bus.subscribe(() => {
    heard.push('first')
    endFirst()
  })
  bus.subscribe(() => heard.push('second'))
  bus.publish(event)
  bus.publish(event)
  expect(heard).toEqual(['first', 'second', 'second'])
})
