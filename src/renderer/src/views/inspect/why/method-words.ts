import type { Attribution } from '../../../../../shared/contract'
import type { MethodKind } from '../../../state/why-state.svelte'

/** How a method is described. */
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
      'Where the layer’s maps raise the class’s score: the maps weighted by their mean gradients, negative values set to 0 (Selvaraju et al. 2017).',
    caution:
      'It is as coarse as the layer: a cell stands for its whole receptive field, and smoothing only makes it look sharper. In low layers, one weight for a whole map says little.',
  },
  saliency: {
    label: 'Gradient',
    unit: 'score per input unit',
    meaning:
      'How steeply the class’s score changes with each pixel: the largest absolute gradient over RGB (Simonyan et al. 2014).',
    caution:
      'It shows what would change the score slightly, not what produced it: the score can be flat in a pixel that matters. Maps are noisy.',
  },
  'gradient-input': {
    label: 'Gradient × input',
    unit: 'score',
    meaning:
      'The gradient times the preprocessed picture, summed over RGB: each pixel’s share of a linear approximation of the score.',
    caution:
      'Pixels of the mean colour get nothing, whatever they mean; and the network is not linear.',
  },
  guided: {
    label: 'Guided backpropagation',
    unit: 'guided gradient',
    meaning:
      'The gradient with negative values set to 0 at every ReLU on the way down: sharp pictures of what excites (Springenberg et al. 2015).',
    caution:
      'It is nearly blind to the class and to the upper layers’ weights, much like an edge detector (Adebayo et al. 2018): choose another class and compare.',
  },
  integrated: {
    label: 'Integrated gradients',
    unit: 'score',
    meaning:
      'The gradient averaged along a straight path from a baseline to the picture, times the difference: the values add up to the rise in the score (Sundararajan et al. 2017).',
    caution:
      'It explains the difference from the baseline: pixels with the baseline’s colour get nothing, and another baseline gives another map.',
  },
  occlusion: {
    label: 'Occlusion',
    unit: 'fall in the score',
    meaning:
      'How far the class’s score falls when a patch is covered, the mean over the patches on each pixel (Zeiler and Fergus 2014).',
    caution:
      'It depends on the size and colour of the patch, which is itself something the network has never seen; redundant parts show little.',
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
