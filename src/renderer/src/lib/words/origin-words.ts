import type { DatasetPicture } from '../../../../shared/contract'

/** Where a picture comes from, as far as the network that looks at it is concerned. */
export type PictureOrigin =
  /** One of those that the run is trained or validated on. */
  | { readonly kind: 'run'; readonly split: DatasetPicture['split']; readonly className: string }
  /** One of the data set of the Data view, `source`, and none of the run's. */
  | { readonly kind: 'data'; readonly source: string; readonly className: string }
  /** A file that was opened or dropped, a drawing, a frame. */
  | { readonly kind: 'elsewhere' }

/** What is known of the network that looks. */
export interface LookingNetwork {
  /** Name of the run, and the folder or list that it was trained on; null where that is not known. */
  readonly run: { readonly name: string; readonly dataFolder: string } | null
  readonly classNames: readonly string[]
}

/** Classes that are named before the rest is counted. */
const NAMED_CLASSES = 5

/** In one line what a picture is to the network; '' where there is nothing to say. */
export function describeOrigin(origin: PictureOrigin, { run, classNames }: LookingNetwork): string {
  if (origin.kind === 'run') {
    return origin.split === 'validation'
      ? 'A validation picture of this run'
      : 'A training picture of this run'
  }
  if (run === null) {
    return origin.kind === 'data' && !classNames.includes(origin.className)
      ? `“${origin.className}” is not among the network’s classes: ${nameClasses(classNames)}.`
      : ''
  }
  if (origin.kind === 'elsewhere') return 'Not from this run’s data'
  if (origin.source === run.dataFolder) {
    return 'In this run’s data folder, but neither trained nor validated on'
  }
  return `This picture is not from the data of run ${run.name} (${run.dataFolder}); its classes are ${nameClasses(classNames)}.`
}

function nameClasses(names: readonly string[]): string {
  const rest = names.length - NAMED_CLASSES
  const named = names.slice(0, NAMED_CLASSES).join(', ')
  return rest > 0 ? `${named} and ${rest} more` : named
}
