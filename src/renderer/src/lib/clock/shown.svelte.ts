import { createContext } from 'svelte'

/** Whether the view that a component is part of is the one that is shown; set for each view by `KeptView`. */
export const [getShown, setShown] = createContext<() => boolean>()

/**
 * A value that stands still while a view is hidden, that of the component that asks where no other is
 * named: views are kept in the page, and what follows the training in one that nobody sees must cost
 * nothing. It is right again as soon as the view is shown.
 */
export function whileShown<T>(read: () => T, isShown = getShown()): { readonly current: T } {
  let last: { readonly value: T } | null = null
  const current = $derived.by(() => {
    if (last === null || isShown()) last = { value: read() }
    return last.value
  })
  return {
    get current() {
      return current
    },
  }
}
