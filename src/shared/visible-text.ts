/**
 * What a terminal obeys rather than shows, and what makes a window show a name as another one: control
 * characters (escape sequences begin with one) and the marks by which Unicode reorders text. Tabs and
 * line ends are left out.
 */
const UNSAFE = /[^\P{Cc}\t\n\r]|\r(?!\n)|[\p{Bidi_Control}\u2028\u2029]/gu
const UNSAFE_OR_BREAK = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

/**
 * Text of any number of lines with such characters written out: `\u001b`. In a JSON document that means
 * the same.
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter)
}

/** A name, a cell, a line: tabs and line ends, which can only come from a name, are written out too. */
export function escapeLine(text: string): string {
  return text.replace(UNSAFE_OR_BREAK, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
