import type {
  DenseFeatures,
  DenseFeatureSpec,
  FeatureClassification,
  FeatureClassifierSpec,
  FeatureData,
} from '../../../shared/contract'
import { describeNetwork, isUnderScores } from '../../../shared/vgg'
import { middleScale, type RunSummary } from '../../../shared/spec'
import { callEngine, callMain } from '../lib/engine/bridge'
import { parseScales } from '../../../shared/evaluation/parse-scales'
import { usableRuns } from '../lib/network/model-choice'
import { writeFileStem } from '../lib/export/file-name'
import { Question } from './question.svelte'

/** A network whose features are taken: a run, and its checkpoint, the best when null. */
type ChosenModel = DenseFeatureSpec['models'][number]

/** The file of features, and the names of its rows. */
interface WrittenFiles {
  readonly npy: string
  readonly csv: string
}

/** Networks whose features are put side by side at most. */
export const MAX_FUSED = 4

/** The descriptors of appendix B as they are put together, extracted, written and classified. */
export class FeatureExportState {
  readonly #runs: () => readonly RunSummary[]
  readonly #extraction = new Question<DenseFeatures>()
  readonly #writing = new Question<WrittenFiles | null>()
  readonly #classification = new Question<FeatureClassification>()
  #models = $state.raw<readonly ChosenModel[]>([])
  /** What the features that are there were extracted with. */
  #extracted = $state.raw<DenseFeatureSpec | null>(null)
  #layer = $state('fc7')
  data = $state.raw<FeatureData>({ kind: 'run', half: 'all' })
  /** As typed; null for the first network's own test scale. */
  scalesText = $state<string | null>(null)
  flip = $state(true)
  combine = $state<DenseFeatureSpec['combine']>('average')
  normalise = $state(true)

  splitKind = $state<'given' | 'drawn'>('drawn')
  trainPerClass = $state(30)
  testPerClass = $state<number | null>(null)
  draws = $state(3)
  seed = $state(1)
  /** C of the linear SVM; null for the best in cross-validation. */
  cost = $state<number | null>(null)

  /** @param runs - the runs on disk */
  constructor(runs: () => readonly RunSummary[]) {
    this.#runs = runs
  }

  /** Runs that have weights. */
  readonly usable = $derived.by(() => usableRuns(this.#runs()))

  /** The chosen ones that are still there; the newest run's before anybody has chosen. */
  readonly models = $derived.by((): readonly ChosenModel[] => {
    const kept = this.#models.filter(({ folder }) => this.find(folder) !== undefined)
    const [newest] = this.usable
    if (kept.length > 0 || newest === undefined) return kept
    return [{ kind: 'run', folder: newest.folder, checkpoint: null }]
  })

  /** Layers that all networks have, the highest first. */
  readonly layers = $derived.by((): readonly string[] => {
    const lists = this.models.flatMap(({ folder }) => {
      const network = this.find(folder)?.run.network
      return network === undefined ? [] : [listLayers(network)]
    })
    const [first = [], ...others] = lists
    return first.filter((name) => others.every((names) => names.includes(name))).reverse()
  })

  /** The highest layer below the scores where the chosen one is missing. */
  get layer(): string {
    return this.layers.includes(this.#layer) ? this.#layer : (this.layers[1] ?? '')
  }
  set layer(layer: string) {
    this.#layer = layer
  }

  /** The scales as they are shown, in text. */
  get scales(): string {
    return this.scalesText ?? String(this.#ownScale())
  }

  /** As the engine takes it; null while something is missing or wrong. */
  readonly spec = $derived.by((): DenseFeatureSpec | null => {
    const { models, layer, flip, combine, normalise } = this
    const scales = parseScales(this.scales)
    if (models.length === 0 || layer === '' || scales === null) return null
    // Proxies do not go to the engine.
    const data = { ...this.data }
    return { models: [...models], data, layer, scales: [...scales], flip, combine, normalise }
  })

  get extraction(): Question<DenseFeatures> {
    return this.#extraction
  }

  get writing(): Question<WrittenFiles | null> {
    return this.#writing
  }

  get classification(): Question<FeatureClassification> {
    return this.#classification
  }

  /** Whether the features that are there were extracted as it is set now. */
  readonly isCurrent = $derived.by(
    () => this.#extracted !== null && JSON.stringify(this.#extracted) === JSON.stringify(this.spec),
  )

  find(folder: string): RunSummary | undefined {
    return this.usable.find((run) => run.folder === folder)
  }

  /** Chooses the networks, of which the first one's pictures are meant by "the run's". */
  chooseModels(models: readonly ChosenModel[]): void {
    this.#models = models
  }

  /** Asks for a folder of pictures. */
  async chooseFolder(): Promise<void> {
    const path = await callMain('dialog.openFolder', {
      title: 'Choose a folder of pictures, one folder for each class',
    })
    if (path !== null) this.data = { kind: 'folder', path, half: 'all' }
  }

  /** Extracts the features, or reads those that are kept. */
  async extract(): Promise<void> {
    const { spec } = this
    if (spec === null) return
    const made = await this.#extraction.ask((options) =>
      callEngine('denseFeatures.extract', { spec }, options),
    )
    if (made === null) return
    this.#extracted = spec
    this.#classification.clear()
    this.#writing.clear()
    const { train, validation, test } = made.halves
    const hasHalves = train > 0 && validation + test > 0
    this.splitKind = hasHalves ? 'given' : 'drawn'
  }

  /** Asks for a file, and writes the features and the names of their rows. */
  async write(): Promise<void> {
    const spec = this.#extracted
    if (spec === null) return
    const [first] = spec.models
    const name = first === undefined ? 'run' : (this.find(first.folder)?.run.name ?? 'run')
    await this.#writing.ask(async (options) => {
      const suggestedName = `${writeFileStem(name)}-${spec.layer}.npy`
      const path = await callMain('dialog.saveFile', { title: 'Export features', suggestedName })
      return path === null ? null : callEngine('denseFeatures.write', { spec, path }, options)
    })
  }

  /** How a classifier would be trained and tested; null while a number is wrong. */
  readonly classifier = $derived.by((): FeatureClassifierSpec | null => {
    const { trainPerClass, testPerClass, draws: count, seed, cost } = this
    if (cost !== null && !(cost > 0 && cost <= 1e6)) return null
    if (this.splitKind === 'given') return { split: { kind: 'given' }, cost }
    const isCount = (value: number, most: number): boolean =>
      Number.isInteger(value) && value >= 1 && value <= most
    if (!isCount(trainPerClass, 100_000) || !isCount(count, 20)) return null
    if (testPerClass !== null && !isCount(testPerClass, 100_000)) return null
    return { split: { kind: 'drawn', trainPerClass, testPerClass, count, seed }, cost }
  })

  /** Trains linear classifiers on the features, and tests them. */
  async classify(): Promise<void> {
    const spec = this.#extracted
    const { classifier } = this
    if (spec === null || classifier === null) return
    await this.#classification.ask((options) =>
      callEngine('denseFeatures.classify', { spec, classifier }, options),
    )
  }

  /** The scale that the first network is validated at: the middle of its training scale. */
  #ownScale(): number {
    const [first] = this.models
    const scale = first && this.find(first.folder)?.run.settings.scale
    return scale === undefined ? 256 : middleScale(scale)
  }
}

function listLayers(network: RunSummary['run']['network']): readonly string[] {
  return describeNetwork(network)
    .layers.filter(isUnderScores)
    .map(({ name }) => name)
}
