import type { Attribution } from '../../../../../shared/contract'
import type { MethodKind } from '../../../state/why-state.svelte'

/** How a method is told. */
interface MethodWords {
  readonly label: string
  /** What its values are, for legends. */
  readonly unit: string
  /** What it means. */
  readonly meaning: string
  /** Where it misleads. */
  readonly caution: string
}

export const METHOD_WORDS: Readonly<Record<MethodKind, MethodWords>> = {
  'grad-cam': {
    label: 'Grad-CAM',
    unit: 'weighted activation',
    meaning:
      'Where the layer has maps that raise the class’s score: its maps, weighted by the mean of their gradients, without what is negative (Selvaraju et al. 2017).',
    caution:
      'It is as coarse as the layer: a cell stands for its whole receptive field, and smoothing it only looks sharper. In low layers one weight for a whole map says little.',
  },
  saliency: {
    label: 'Gradient',
    unit: 'score per input unit',
    meaning:
      'How steeply the class’s score changes with each pixel: the largest absolute gradient over RGB (Simonyan et al. 2014).',
    caution:
      'It tells what would change the score a little, not what made it: a pixel that matters can lie where the score is flat. Maps are noisy.',
  },
  'gradient-input': {
    label: 'Gradient × input',
    unit: 'score',
    meaning:
      'The gradient times the preprocessed picture, summed over RGB: what a straight line through this point would owe to each pixel.',
    caution: 'Pixels of the mean colour get nothing, whatever they mean; the network is no line.',
  },
  guided: {
    label: 'Guided backpropagation',
    unit: 'guided gradient',
    meaning:
      'The gradient without what is negative at any ReLU on the way down: sharp pictures of what excites (Springenberg et al. 2015).',
    caution:
      'It is nearly blind to the class and to the upper layers’ weights, much like an edge detector (Adebayo et al. 2018): choose another class and compare.',
  },
  integrated: {
    label: 'Integrated gradients',
    unit: 'score',
    meaning:
      'The gradient averaged on the straight way from a baseline to the picture, times the difference: the values add up to what the score rises by (Sundararajan et al. 2017).',
    caution:
      'It explains the difference to the baseline: what has the baseline’s colour gets nothing, and another baseline gives another map.',
  },
  occlusion: {
    label: 'Occlusion',
    unit: 'fall of the score',
    meaning:
      'How far the class’s score falls when a patch is covered, the mean over the patches on each pixel (Zeiler and Fergus 2014).',
    caution:
      'It depends on the size and colour of the patch, which is itself something the network has never seen; parts that stand in for one another show little.',
  },
}

/** A method, or no order at all. */
export function nameOrder(kind: MethodKind | 'random'): string {
  return kind === 'random' ? 'Random order' : METHOD_WORDS[kind].label
}

/** The method with its choices: "Occlusion, 8 px every 4 px, mean colour". */
export function describeMethod({ method }: Pick<Attribution, 'method'>): string {
  const { label } = METHOD_WORDS[method.kind]
  switch (method.kind) {
    case 'grad-cam':
      return `${label} at ${method.layer}`
    case 'integrated':
      return `${label} from ${method.baseline === 'mean' ? 'the mean colour' : 'black'}, ${method.steps} steps`
    case 'occlusion':
      return `${label}, ${method.patchPx} px every ${method.stridePx} px, ${method.fill === 'mean' ? 'mean colour' : 'grey'}`
    default:
      return label
  }
}
