import { escapeLine } from '../../../../shared/visible-text'

/** Markup, as opposed to text that must be escaped to become some. */
export class Html {
  constructor(readonly markup: string) {}
}

type Content = string | number | Html | null | readonly Content[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Markup with values put in. Text is escaped, and what would reorder or hide it written out, so that a
 * class or a file with any name is shown as it is called; markup and lists of it stay as they are.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(toMarkup)))
}

function toMarkup(value: Content): string {
  if (value === null) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'object') return value.map(toMarkup).join('')
  return escapeLine(String(value)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
