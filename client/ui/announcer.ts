/** What screen readers should hear without anything moving on the screen. */
const regions: Partial<Record<'polite' | 'assertive', HTMLElement>> = {}

function region(urgency: 'polite' | 'assertive'): HTMLElement {
  const existing = regions[urgency]
  if (existing?.isConnected === true) return existing
  const element = document.createElement('div')
  element.setAttribute('aria-live', urgency)
  element.setAttribute('role', urgency === 'polite' ? 'status' : 'alert')
  element.className = 'sr-only'
  document.body.append(element)
  regions[urgency] = element
  return element
}

/** Says a sentence aloud. The same sentence twice is said twice. */
export function announce(sentence: string, urgency: 'polite' | 'assertive' = 'polite'): void {
  const element = region(urgency)
  const said = document.createElement('p')
  said.textContent = sentence
  element.replaceChildren(said)
}
