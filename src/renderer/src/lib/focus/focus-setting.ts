/**
 * Brings the field of a setting into view and puts the focus on it; what is folded up opens.
 * @param root - where it is looked for
 * @param label - its name as it is read; a fieldset's is its legend
 * @returns whether there is such a field
 */
export function focusSetting(root: ParentNode, label: string): boolean {
  const name = [...root.querySelectorAll<HTMLElement>('label, legend')].find((one) =>
    [...one.childNodes].some((node) => node instanceof Text && node.data.trim() === label),
  )
  const field =
    name instanceof HTMLLabelElement
      ? name.control
      : name?.closest('fieldset')?.querySelector<HTMLElement>('input, button')
  if (!field) return false
  const folded = field.closest('details')
  if (folded !== null) folded.open = true
  field.focus()
  field.scrollIntoView({ block: 'center' })
  return true
}
