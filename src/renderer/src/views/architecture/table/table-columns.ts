import {
  CONFIGURATION_NAMES,
  countWeightLayers,
  describeDifferences,
  describeNetwork,
  endsBlock,
  nameNetwork,
  type Layer,
  type NetworkSpec,
  type NetworkChoice,
} from '../../../../../shared/vgg'
import { isSameChoice } from '../../../lib/links/architecture-place'
import { describeAdditions, findAdditions, findEditAdditions, type Additions } from './additions'

/** What a block is beside the column that it grows from. */
export type BlockMark = 'added' | 'changed'

/** A column of Table 1 as it is shown: one of the six, or an edited network to their right. */
export interface TableColumn {
  readonly choice: NetworkChoice
  readonly name: string
  readonly weightLayers: number
  readonly layers: readonly Layer[]
  readonly marks: ReadonlyMap<string, BlockMark>
  /** What it adds, in words. */
  readonly note: string
}

/** The six columns, then the edited networks that are chosen or compared, if they are edited. */
export function listColumns(spec: NetworkSpec, compare: NetworkChoice | null): TableColumn[] {
  const edited = [spec, compare].filter(
    (choice): choice is NetworkSpec => choice?.edit !== undefined,
  )
  const isTwice = edited.length === 2 && isSameChoice(spec, compare)
  const choices: NetworkChoice[] = [
    ...CONFIGURATION_NAMES.map((configuration) => ({ configuration })),
    ...(isTwice ? edited.slice(1) : edited),
  ]
  const { inputSize, classes, width } = spec
  return choices.map(({ configuration, edit }) => {
    const choice = { configuration, ...(edit && { edit }) }
    return {
      choice,
      name: nameNetwork(choice),
      weightLayers: countWeightLayers(choice),
      layers: describeNetwork({ inputSize, classes, width, ...choice }).layers,
      marks: markBlocks(edit ? findEditAdditions(choice) : findAdditions(configuration)),
      note: edit ? describeEdit(choice) : describeAdditions(configuration),
    }
  })
}

/** The parts of Table 1 from the top: the blocks, and what follows the last of them. */
export const TABLE_PARTS = [1, 2, 3, 4, 5, null] as const
export type TablePart = (typeof TABLE_PARTS)[number]

/** The layers of a part that have a cell of their own in their column. */
export function listCells(layers: readonly Layer[], part: TablePart): readonly Layer[] {
  return layers.filter((layer) => layer.block === part && !endsBlock(layer))
}

/** The layer that ends a part, in a row across all columns; none ends the last part. */
export function findPartEnd(layers: readonly Layer[], part: TablePart): Layer | undefined {
  return layers.find((layer) => layer.block === part && endsBlock(layer))
}

/** "D edited: Block 3: 3×3, 3×3 where D has 3×3, 3×3, 3×3." */
export function describeEdit(choice: NetworkChoice): string {
  return `${nameNetwork(choice)}: ${describeDifferences(choice).join('; ')}.`
}

function markBlocks(additions: Additions | null): ReadonlyMap<string, BlockMark> {
  const marks = new Map<string, BlockMark>()
  for (const { name } of additions?.added ?? []) marks.set(name, 'added')
  for (const { layer } of additions?.changed ?? []) marks.set(layer.name, 'changed')
  return marks
}
