import type { NumberParameter } from './parameters'

/** Every setting of activation maximisation once: the form and the checks are made from it. */
export const MAXIMISATION = {
  stepSize: {
    kind: 'number',
    label: 'Step size',
    default: 4,
    min: 0.01,
    max: 128,
    unit: 'grey levels',
    section: null,
    help: 'How far a step moves the pixels, root mean square.',
  },
  jitterPx: {
    kind: 'integer',
    label: 'Jitter',
    default: 2,
    min: 0,
    max: 64,
    unit: 'px',
    section: null,
    help: 'The picture is moved at random by up to so much before each step, and back after it: what only holds at one place does not build up.',
  },
  blurPx: {
    kind: 'number',
    label: 'Blur',
    default: 0.4,
    min: 0,
    max: 8,
    unit: 'px',
    section: null,
    help: 'Deviation of the Gaussian that the picture is blurred with every fourth step: takes off fine patterns. 0 for none.',
  },
  decay: {
    kind: 'number',
    label: 'L2 decay',
    default: 0.01,
    min: 0,
    max: 0.5,
    unit: 'a step',
    section: null,
    help: 'Share of each pixel’s distance to the mean colour that is taken off at each step: what the unit does not ask for fades.',
  },
  variation: {
    kind: 'number',
    label: 'Total variation',
    default: 0.1,
    min: 0,
    max: 4,
    unit: '× step',
    section: null,
    help: 'Weight of the gradient of the total variation, against steps between neighbouring pixels: favours flat patches.',
  },
} as const satisfies Record<string, NumberParameter>

/** Values of {@link MAXIMISATION}. */
export type MaximisationSettings = { readonly [K in keyof typeof MAXIMISATION]: number }

/** The picture is blurred every so many steps. */
export const BLUR_EVERY_STEPS = 4

export function defaultMaximisation(): MaximisationSettings {
  const { stepSize, jitterPx, blurPx, decay, variation } = MAXIMISATION
  return {
    stepSize: stepSize.default,
    jitterPx: jitterPx.default,
    blurPx: blurPx.default,
    decay: decay.default,
    variation: variation.default,
  }
}
