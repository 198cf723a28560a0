/** What Tab stops at. */
const CONTROLS =
  'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])'
/** Parts of a page whose controls belong together. */
const PARTS =
  'section, form, header, fieldset, details, nav, footer, dialog, ul, ol, table, [role=group], [role=tabpanel], [role=region]'
const SHOWN_VIEW = 'main > .view:not([hidden])'

/**
 * Keeps the focus in the page: where what has it is removed, disabled or hidden, the control that stands
 * nearest takes it, else the heading of the view. A view that is shown again gets it back where it was.
 * @returns what ends it
 */
export function keepFocus(page: Document = document): () => void {
  /** What has the focus, and what it lies in, from the nearest, with its place among its siblings. */
  let last: HTMLElement | null = null
  let places: readonly { readonly parent: Element; readonly index: number }[] = []
  const lastOfView = new WeakMap<Element, HTMLElement>()
  /** The key that is down moved the focus: repeated, it would press what has it now. */
  let isKeySpent = false

  const note = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return
    last = target
    places = placesOf(target)
    const view = target.closest(SHOWN_VIEW)
    if (view !== null) lastOfView.set(view, target)
  }

  /** A click beside all controls takes the focus away on purpose. */
  const forget = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null) return
    queueMicrotask(() => {
      if (page.activeElement === page.body && last !== null && canHaveFocus(last)) last = null
    })
  }

  const mend = (): void => {
    if (last === null || canHaveFocus(last)) return
    const { activeElement } = page
    if (activeElement !== null && activeElement !== page.body && activeElement !== last) return
    isKeySpent = true
    const heir = findNearest(places) ?? findFirst(page, lastOfView)
    heir?.focus({ preventScroll: heir.matches('h1') })
  }

  const guard = (event: KeyboardEvent): void => {
    if (!event.repeat) isKeySpent = false
    else if (isKeySpent && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  const observer = new MutationObserver(mend)
  observer.observe(page, {
    subtree: true,
    childList: true,
    attributeFilter: ['hidden', 'disabled', 'open', 'inert'],
  })
  page.addEventListener('focusin', note)
  page.addEventListener('focusout', forget)
  page.addEventListener('keydown', guard, { capture: true })
  return () => {
    observer.disconnect()
    page.removeEventListener('focusin', note)
    page.removeEventListener('focusout', forget)
    page.removeEventListener('keydown', guard, { capture: true })
  }
}

/** Puts the focus on the heading of the view that is shown, where nothing has it. */
export function focusHeading(page: Document = document): void {
  if (page.activeElement !== null && page.activeElement !== page.body) return
  page.querySelector<HTMLElement>(`${SHOWN_VIEW} h1`)?.focus({ preventScroll: true })
}

/** Without asking for styles, which would lay the page out at every change of it. */
function canHaveFocus(element: Element): boolean {
  if (!element.isConnected || element.matches(':disabled')) return false
  if (element.closest('[hidden], [inert], dialog:not([open])') !== null) return false
  const closed = element.closest('details:not([open])')
  return closed === null || element.matches('summary')
}

function placesOf(element: Element): { parent: Element; index: number }[] {
  const places = []
  for (let at = element; at.parentElement !== null; at = at.parentElement) {
    const parent = at.parentElement
    places.push({ parent, index: [...parent.children].indexOf(at) })
  }
  return places
}

/** The control nearest to where the focus was, within the innermost part of the page that is left of it. */
function findNearest(
  places: readonly { readonly parent: Element; readonly index: number }[],
): HTMLElement | null {
  let part: Element | null = null
  for (const { parent, index } of places) {
    if (!canHaveFocus(parent)) continue
    part ??= parent.closest(PARTS)
    if (!part?.contains(parent)) return null
    const siblings = [...parent.children]
    const after = siblings.slice(index).flatMap(controlsOf)
    const before = siblings.slice(0, index).flatMap(controlsOf)
    const found = after[0] ?? before[before.length - 1]
    if (found !== undefined) return found
  }
  return null
}

/** Where the focus was in what is shown, or its heading; the first control of a dialog. */
function findFirst(page: Document, lastOfView: WeakMap<Element, HTMLElement>): HTMLElement | null {
  const dialogs = page.querySelectorAll('dialog[open]')
  const dialog = dialogs[dialogs.length - 1]
  if (dialog !== undefined) return controlsOf(dialog)[0] ?? null
  const view = page.querySelector(SHOWN_VIEW)
  if (view === null) return null
  const before = lastOfView.get(view)
  return before !== undefined && canHaveFocus(before) && before.checkVisibility()
    ? before
    : view.querySelector('h1')
}

function controlsOf(element: Element): HTMLElement[] {
  const all = [element, ...element.querySelectorAll(CONTROLS)]
  return all.filter(
    (one): one is HTMLElement =>
      one instanceof HTMLElement &&
      one.matches(CONTROLS) &&
      one.tabIndex >= 0 &&
      canHaveFocus(one) &&
      one.checkVisibility({ checkVisibilityCSS: true }),
  )
}
