import type { IconName } from '../../components/icons'

/** The kinds of what the palette finds, in its order. */
export const COMMAND_GROUPS = [
  'Actions',
  'Views',
  'Tabs',
  'Layers',
  'Runs',
  'Exports',
  'Settings',
] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/** Something that the palette offers. */
export interface Command {
  readonly group: CommandGroup
  readonly label: string
  readonly icon: IconName
  /** Where it leads to, or what there is to know, beside the label; found like it, but after it. */
  readonly detail?: string
  /** The key that does the same, if any. */
  readonly key?: string
  readonly run: () => unknown
}
