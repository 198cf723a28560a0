/** Whether keys that are pressed there write text or choose a value: no shortcut of the lab's then. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=radio]), textarea, select'))
  )
}

/** Whether it holds text, where Ctrl Z and Ctrl V are the field's own. */
export function isTextField(target: EventTarget | null): boolean {
  return (
    isTyping(target) && !(target as HTMLElement).matches('select, [type=checkbox], [type=range]')
  )
}
