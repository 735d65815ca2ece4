/** The title as it stands in the tab: what waits comes first, since tabs are narrow. */
export const badgedTitle = (title: string, count: number): string => (count === 0 ? title : `(${count}) ${title}`)

let count = 0
let bare = ''
let written = ''
let observer: MutationObserver | null = null

function write(): void {
  // Whatever is not our own writing is a page's new title.
  if (document.title !== written) bare = document.title
  written = badgedTitle(bare, count)
  if (document.title !== written) document.title = written
}

/** How many notices wait, before the title of whatever page is shown; 0 takes it away. */
export function setTitleBadge(next: number): void {
  count = next
  write()
  if (observer !== null || next === 0) return
  // Pages set their titles by element and by property; both change the head.
  observer = new MutationObserver(write)
  observer.observe(document.head, { childList: true, characterData: true, subtree: true })
}
