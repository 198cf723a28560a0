import { describe, expect, it } from 'vitest'
import { findCommands } from '../../../../src/renderer/src/shell/palette/find-commands'
import type { CommandGroup } from '../../../../src/renderer/src/shell/palette/command'

const command = (group: CommandGroup, label: string, detail = '') => ({ group, label, detail })
const labels = (found: ReturnType<typeof findCommands>): string[] =>
  found.flatMap(({ name, commands }) => commands.map(({ label }) => `${name}: ${label}`))

describe('the palette', () => {
  const commands = [
    command('Actions', 'Start training'),
    command('Views', 'Go to Train'),
    command('Layers', 'conv3_1', 'Inspect'),
    command('Layers', 'conv3_2', 'Inspect'),
    command('Runs', 'digits with conv3 frozen', 'VGG-11 (A), 64 px, stopped'),
    command('Exports', 'Export loss: SVG'),
    command('Settings', 'Learning rate', 'Train'),
    command('Settings', 'Seed', 'Train'),
  ]

  it('offers what can be done and the views before anything is typed', () => {
    expect(labels(findCommands(commands, '  '))).toEqual([
      'Actions: Start training',
      'Views: Go to Train',
    ])
  })

  it('finds by all words, in any order and case', () => {
    expect(labels(findCommands(commands, 'TRAINING start'))).toEqual(['Actions: Start training'])
    expect(labels(findCommands(commands, 'svg export'))).toEqual(['Exports: Export loss: SVG'])
    expect(labels(findCommands(commands, 'conv3 stopped'))).toEqual([
      'Runs: digits with conv3 frozen',
    ])
    expect(findCommands(commands, 'conv9')).toEqual([])
  })

  it('puts the group with the best match first, and in it what begins with the words', () => {
    expect(labels(findCommands(commands, 'conv3'))).toEqual([
      'Layers: conv3_1',
      'Layers: conv3_2',
      'Runs: digits with conv3 frozen',
    ])
    // What is called so comes before what is only in Train.
    expect(labels(findCommands(commands, 'train'))).toEqual([
      'Actions: Start training',
      'Views: Go to Train',
      'Settings: Learning rate',
      'Settings: Seed',
    ])
    const rates = [command('Settings', 'Rate drop'), command('Settings', 'Learning rate')]
    expect(labels(findCommands(rates, 'learning rate')).at(0)).toBe('Settings: Learning rate')
    expect(labels(findCommands(rates, 'rate')).at(0)).toBe('Settings: Rate drop')
  })

  it('shows the first of many and tells how many more there are', () => {
    const runs = Array.from({ length: 200 }, (_, at) => command('Runs', `run ${at}`))
    const [group] = findCommands(runs, 'run')
    expect([group?.commands.length, group?.more]).toEqual([12, 188])
    expect(labels(findCommands(runs, 'run 199'))).toEqual(['Runs: run 199'])
  })
})
