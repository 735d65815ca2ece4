import { forgetStored } from '../platform/storage.ts'

const prefixOf = (personId: string): string => `tabs.${personId}.`

/** Under which a person's open tabs of a workspace are kept in the browser. */
export const tabsKey = (personId: string, workspaceId: string): string => prefixOf(personId) + workspaceId

/** Names of files are for whoever is signed in. */
export const forgetTabs = (personId: string): void => forgetStored(prefixOf(personId))
