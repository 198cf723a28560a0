/** One stroke of the pen; places are shares of the paper's side. */
interface Stroke {
  readonly colour: string
  readonly width: number
  readonly points: readonly (readonly [number, number])[]
}

export type Paper = 'white' | 'black'

/** A drawing on a square paper, as strokes. */
export class Drawing {
  #strokes = $state.raw<readonly Stroke[]>([])
  #paper = $state<Paper>('white')
  /** Colour of the pen, `#rrggbb`. */
  colour = $state('#000000')
  /** Share of the paper's side. */
  width = $state(0.06)

  get paper(): Paper {
    return this.#paper
  }

  get isEmpty(): boolean {
    return this.#strokes.length === 0
  }

  /** Another paper; a pen that could not be seen on it becomes its opposite, in the drawing too. */
  choosePaper(paper: Paper): void {
    const [same, other] = paper === 'white' ? ['#ffffff', '#000000'] : ['#000000', '#ffffff']
    const turn = (colour: string): string => (colour === same ? other : colour)
    this.#paper = paper
    this.colour = turn(this.colour)
    this.#strokes = this.#strokes.map((stroke) => ({ ...stroke, colour: turn(stroke.colour) }))
  }

  begin(x: number, y: number): void {
    const { colour, width } = this
    this.#strokes = [...this.#strokes, { colour, width, points: [[x, y]] }]
  }

  /** Draws the last stroke on to here. */
  extend(x: number, y: number): void {
    const last = this.#strokes[this.#strokes.length - 1]
    if (last === undefined) return
    const longer = { ...last, points: [...last.points, [x, y] as const] }
    this.#strokes = [...this.#strokes.slice(0, -1), longer]
  }

  undo(): void {
    this.#strokes = this.#strokes.slice(0, -1)
  }

  clear(): void {
    this.#strokes = []
  }

  /** Paints everything on a square canvas. */
  paint(context: CanvasRenderingContext2D, side: number): void {
    context.fillStyle = this.#paper
    context.fillRect(0, 0, side, side)
    context.lineCap = 'round'
    context.lineJoin = 'round'
    for (const { colour, width, points } of this.#strokes) {
      context.strokeStyle = colour
      context.lineWidth = width * side
      context.beginPath()
      const [first] = points
      if (first === undefined) continue
      context.moveTo(first[0] * side, first[1] * side)
      // A stroke of one point is a dot.
      for (const [x, y] of points.length === 1 ? points : points.slice(1)) {
        context.lineTo(x * side, y * side)
      }
      context.stroke()
    }
  }
}
