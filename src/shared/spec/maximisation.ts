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
    help: 'How much a step changes the pixels, root mean square.',
  },
  jitterPx: {
    kind: 'integer',
    label: 'Jitter',
    default: 2,
    min: 0,
    max: 64,
    unit: 'px',
    section: null,
    help: 'The picture is shifted randomly by up to this much before each step, and back after it, so that patterns tied to one position do not build up.',
  },
  blurPx: {
    kind: 'number',
    label: 'Blur',
    default: 0.4,
    min: 0,
    max: 8,
    unit: 'px',
    section: null,
    help: 'Standard deviation of the Gaussian blur applied every fourth step: removes fine patterns. 0 for none.',
  },
  decay: {
    kind: 'number',
    label: 'L2 decay',
    default: 0.01,
    min: 0,
    max: 0.5,
    unit: 'a step',
    section: null,
    help: 'Fraction of each pixel’s distance from the mean colour that is removed at each step: what the unit does not need fades.',
  },
  variation: {
    kind: 'number',
    label: 'Total variation',
    default: 0.1,
    min: 0,
    max: 4,
    unit: '× step',
    section: null,
    help: 'Weight of the total-variation gradient, which penalises differences between neighbouring pixels: favours flat patches.',
  },
} as const satisfies Record<string, NumberParameter>

/** Values of {@link MAXIMISATION}. */
export type MaximisationSettings = { readonly [K in keyof typeof MAXIMISATION]: number }

/** The picture is blurred once in this many steps. */
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
