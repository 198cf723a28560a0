import type { Stack } from '../../../../shared/vgg'
import type { NumberParameter } from '../../../../shared/spec'

/** What the calculator of stacks (section 2.3) compares. */
export interface StackQuestion {
  readonly stack: Stack
  readonly against: Stack
  /** Channels into and out of every layer. */
  readonly channels: number
  /** Side of the square plane that both run over. */
  readonly sizePx: number
}

const layersOf = (label: string, help: string, paper: number): NumberParameter => ({
  kind: 'integer',
  label,
  default: paper,
  min: 1,
  max: 12,
  unit: '',
  section: '2.3',
  help,
})

const kernelOf = (label: string, help: string, paper: number): NumberParameter => ({
  kind: 'integer',
  label,
  default: paper,
  min: 1,
  max: 15,
  isOdd: true,
  unit: '',
  section: '2.3',
  help,
})

/** The numbers of a {@link StackQuestion}; the defaults are the case of section 2.3. */
export const STACK_PARAMETERS = {
  stackLayers: layersOf('Layers in the stack', 'Convolutions in a row.', 3),
  stackKernel: kernelOf('Kernel', 'Side of the kernel of each layer of the stack.', 3),
  againstLayers: layersOf('Compared layers', 'Convolutions in the stack it is compared with.', 1),
  againstKernel: kernelOf('Compared kernel', 'Side of the kernel of each compared layer.', 7),
  channels: {
    kind: 'integer',
    label: 'Channels',
    default: 256,
    min: 1,
    max: 4096,
    unit: '',
    section: '2.3',
    help: 'Channels into and out of every layer: C.',
  },
  sizePx: {
    kind: 'integer',
    label: 'Plane',
    default: 56,
    min: 1,
    max: 1024,
    unit: 'px',
    section: null,
    help: 'Side of the square plane that both run over; padding keeps it.',
  },
} as const satisfies Record<string, NumberParameter>

/** Name of one number of a {@link StackQuestion}. */
export type StackKnob = keyof typeof STACK_PARAMETERS

/** The numbers of a question, by name. */
export function readStackKnobs(question: StackQuestion): Record<StackKnob, number> {
  return {
    stackLayers: question.stack.layers,
    stackKernel: question.stack.kernel,
    againstLayers: question.against.layers,
    againstKernel: question.against.kernel,
    channels: question.channels,
    sizePx: question.sizePx,
  }
}

/** The question with one number changed. */
export function turnStackKnob(
  question: StackQuestion,
  knob: StackKnob,
  value: number,
): StackQuestion {
  const { stack, against } = question
  switch (knob) {
    case 'stackLayers':
      return { ...question, stack: { ...stack, layers: value } }
    case 'stackKernel':
      return { ...question, stack: { ...stack, kernel: value } }
    case 'againstLayers':
      return { ...question, against: { ...against, layers: value } }
    case 'againstKernel':
      return { ...question, against: { ...against, kernel: value } }
    default:
      return { ...question, [knob]: value }
  }
}
