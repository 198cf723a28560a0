import { NETWORK_PARAMETERS } from './network'
import type { HyperParameter, PixelRange } from './parameter'

/** Order in which an epoch visits the training pictures. */
const ORDERS = ['shuffled', 'sequential'] as const
export type Order = (typeof ORDERS)[number]

/** How classes with unequal numbers of training pictures are balanced. */
const BALANCES = ['none', 'sampling', 'loss'] as const
export type Balance = (typeof BALANCES)[number]

/** Whether a run takes up what was decided about single pictures. */
const CORRECTIONS = ['apply', 'ignore'] as const

/** The steps of augmentation (section 3.1). */
export const AUGMENTATIONS = ['flip', 'crop', 'color'] as const
export type Augmentation = (typeof AUGMENTATIONS)[number]

/** The paper's ratio of S to the crop (256 to 224), for any input size. */
export function defaultScale(inputSize: number): PixelRange {
  const side = Math.round((inputSize * 256) / 224)
  return { min: side, max: side }
}

/** Which pictures train and validate, and how they reach the network. */
export const PICTURE_PARAMETERS = {
  validationShare: {
    kind: 'number',
    label: 'Validation share',
    flag: 'val',
    group: 'pictures',
    inPresets: false,
    default: 0.2,
    min: 0.01,
    max: 0.9,
    unit: '',
    section: null,
    help: 'Fraction of each class held out for validation, where the data set names no validation half of its own.',
  },
  validationFolder: {
    kind: 'path',
    label: 'Validation folder',
    flag: 'val',
    usage: 'folder',
    group: 'pictures',
    inPresets: false,
    default: null,
    section: null,
    help: 'A separate folder of validation pictures; then every picture of the data folder is for training, except those of a test half.',
  },
  corrections: {
    kind: 'choice',
    label: 'Corrections',
    flag: 'corrections',
    group: 'pictures',
    inPresets: false,
    default: 'apply',
    choices: CORRECTIONS,
    section: null,
    help: 'Pictures that you excluded or relabelled in Data or Evaluate. apply: left out, or under the class that you gave them; ignore: all pictures as the data set has them.',
  },
  order: {
    kind: 'choice',
    label: 'Order',
    flag: 'order',
    group: 'pictures',
    inPresets: true,
    default: 'shuffled',
    choices: ORDERS,
    section: null,
    help: 'Order in which an epoch visits the training pictures.',
  },
  balance: {
    kind: 'choice',
    label: 'Class balance',
    flag: 'balance',
    group: 'pictures',
    inPresets: true,
    default: 'none',
    choices: BALANCES,
    section: null,
    help: 'For classes of unequal size. none: each picture once per epoch; sampling: each class equally often, so pictures of small classes repeat; loss: each picture’s loss is weighted by the inverse frequency of its class.',
  },
  scale: {
    kind: 'range',
    label: 'Training scale S',
    flag: 'scale',
    group: 'pictures',
    inPresets: true,
    default: defaultScale(NETWORK_PARAMETERS.inputSize.default),
    defaultWords: 'input size × 256/224',
    max: 4096,
    unit: 'px',
    section: '3.1',
    help: 'Training scale S: the shorter side of a training picture before it is cropped, in pixels, or a range such as 256-512 to draw it from.',
  },
  augment: {
    kind: 'list',
    label: 'Augmentation',
    flag: 'augment',
    group: 'pictures',
    inPresets: true,
    default: ['crop'],
    choices: AUGMENTATIONS,
    words: {
      flip: { label: 'Flip', help: 'Half of the pictures are mirrored.' },
      crop: { label: 'Crop', help: 'A random crop of the picture rescaled to S.' },
      color: { label: 'Colour', help: 'RGB shifted along the principal components of the data.' },
    },
    section: '3.1',
    help: 'How training pictures are varied. flip: half of them are mirrored; crop: a random crop of the rescaled picture instead of the centre; color: RGB shifted along the principal components of the data.',
  },
} as const satisfies Record<string, HyperParameter>
