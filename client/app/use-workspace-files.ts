import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { ServerEvents } from '#shared/protocol/events.ts'
import { foldForSearch, fuzzyFind } from '../files/fuzzy.ts'
import { queryClient } from '../platform/query-client.ts'
import { getSocket } from '../platform/socket.ts'
import { listFiles } from '../suggestions/apply.ts'

const FOUND_MAX = 8
/** Files come and go in bursts, and the list is asked for as a whole. */
const REST_MS = 1_000

const keyOf = (workspaceId: string) => ['files', 'names', workspaceId]

/** A workspace's files by name, for a page without the IDE; must be inside the workspace to hear of changes. */
export function useWorkspaceFiles(workspaceId: string) {
  const files = useQuery({
    queryKey: keyOf(workspaceId),
    queryFn: () => listFiles(workspaceId),
    throwOnError: false,
  }).data

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const askAnew = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        void queryClient.invalidateQueries({ queryKey: keyOf(workspaceId) })
      }, REST_MS)
    }
    const changed = (event: { readonly workspaceId: string }): void => {
      if (event.workspaceId === workspaceId) askAnew()
    }
    const onDelta: ServerEvents['tree.delta'] = changed
    const onReset: ServerEvents['tree.reset'] = changed
    const socket = getSocket()
    socket.on('tree.delta', onDelta)
    socket.on('tree.reset', onReset)
    // What changed while the connection was away.
    socket.on('connect', askAnew)
    return () => {
      clearTimeout(timer)
      socket.off('tree.delta', onDelta)
      socket.off('tree.reset', onReset)
      socket.off('connect', askAnew)
    }
  }, [workspaceId])

  return useMemo(() => {
    const all = files ?? []
    const names = new Set(all)
    return {
      hasFile: (path: string): boolean => names.has(path),
      findFiles: (query: string): readonly string[] =>
        fuzzyFind(query, all, foldForSearch, FOUND_MAX).map(({ item }) => item),
    }
  }, [files])
}
