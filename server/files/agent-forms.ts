import { z } from 'zod'
import { TEMP_PREFIX } from '#shared/paths.ts'
import type { TreeEntry, TreeMove } from '#shared/protocol/agent.ts'

/** Pieces of what agents send. Their token lies where anyone with a shell can read it, so nothing is taken on trust. */
const PATH_MAX_CHARS = 4096

/** An empty part, `.` and `..`, from either end, and NUL: no path in normal form holds them. */
const NOT_NORMAL = /(^|\/)\.{0,2}(\/|$)|\0/

/**
 * A relative path as a disk may hold it: names that people may not make (a backslash, a line break) are there all
 * the same, but nothing climbs, and the agent's own files in the making never show.
 */
export const diskPath = z
  .string()
  .max(PATH_MAX_CHARS)
  .refine((path) => !NOT_NORMAL.test(path) && path.isWellFormed())
  .refine((path) => !path.includes(TEMP_PREFIX) || !path.split('/').some((name) => name.startsWith(TEMP_PREFIX)))

/** The workspace's own folder is ''. */
export const diskPathOrRoot = z.union([z.literal(''), diskPath])

const facts = {
  kind: z.enum(['file', 'folder', 'link', 'other']),
  size: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  mtimeMs: z.number(),
  isIgnored: z.boolean().exactOptional(),
}
export const treeEntry: z.ZodType<TreeEntry> = z.object({ path: diskPath, ...facts })
/** Also the workspace's own folder, asked for by name. */
export const statEntry: z.ZodType<TreeEntry> = z.object({ path: diskPathOrRoot, ...facts })

const treeMove: z.ZodType<TreeMove> = z.object({ from: diskPath, to: diskPath })

/** Entries of a bounded list. One with a name nobody could ask for is left out: the disk may hold what it likes. */
export const treeEntries = (max: number) =>
  z
    .array(z.unknown())
    .max(max)
    .transform((all): TreeEntry[] =>
      all.flatMap((one) => {
        const entry = treeEntry.safeParse(one)
        return entry.success ? [entry.data] : []
      }),
    )

/** Likewise for paths alone. */
export const diskPaths = (max: number) =>
  z
    .array(z.unknown())
    .max(max)
    .transform((all) =>
      all.flatMap((one) => {
        const path = diskPath.safeParse(one)
        return path.success ? [path.data] : []
      }),
    )

/** Likewise for changes of names: one that cannot be told is left out, and shows as a file gone and another new. */
export const treeMoves = (max: number) =>
  z
    .array(z.unknown())
    .max(max)
    .transform((all) =>
      all.flatMap((one) => {
        const move = treeMove.safeParse(one)
        return move.success ? [move.data] : []
      }),
    )
