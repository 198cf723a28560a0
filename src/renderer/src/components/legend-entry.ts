/** One line of a figure's legend. */
export interface LegendEntry {
  readonly label: string
  /** A CSS colour, such as `var(--series-train)`. */
  readonly color: string
  /** How the line is drawn, so that colour is never alone. */
  readonly stroke: 'solid' | 'dashed' | 'ghost' | 'mark'
  /** The number at the cursor, or the last one. */
  readonly value?: string | undefined
}
