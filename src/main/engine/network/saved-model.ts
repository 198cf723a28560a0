import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { LabError } from '../../../shared/contract/errors'
import { isProcessAlive } from '../../files/process-alive'
import { nodeBackend, tensorflow } from '../tensorflow'
import type { GraphWriter, NodeOutput } from './graph-writer'
import type { HostTensor } from '../tensors/host-tensor'

/** A tensor to feed: float32 or int32, as its array says. */
export interface Feed {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** Feeds by the names of the nodes that they stand for. */
export type Feeds = Readonly<Record<string, Feed>>

/** A scalar feed. */
export function floatFeed(value: number): Feed {
  return { shape: [], data: new Float32Array([value]) }
}

const GRAPH_FOLDER = /^vgg-lab-graph-(\d+)-/
let graphsOpened = 0

/**
 * A graph in a TensorFlow session of its own, with the variables that live in it. tfjs-node loads
 * it by `tf.node.loadSavedModel`; the session behind that signature then serves every node of the
 * graph, so that a graph has as many entry points as it has nodes and is read once.
 */
export class GraphSession {
  readonly #sessionId: number
  readonly #close: () => void
  #open = true

  private constructor(sessionId: number, close: () => void) {
    this.#sessionId = sessionId
    this.#close = close
  }

  /**
   * Loads a graph through a folder that is gone when this returns. The folder is new each time:
   * tfjs-node would give the session of an earlier graph for a path that it has seen.
   *
   * @param signature - any signature of the graph
   */
  static async open(graph: GraphWriter, signature: string): Promise<GraphSession> {
    graphsOpened += 1
    if (graphsOpened === 1) await removeLeftGraphs()
    const prefix = join(tmpdir(), `vgg-lab-graph-${process.pid}-${graphsOpened}-`)
    const folder = await mkdtemp(prefix)
    try {
      await writeFile(join(folder, 'saved_model.pb'), graph.finish())
      const model = await tensorflow().node.loadSavedModel(folder, ['serve'], signature)
      const { sessionId } = model as unknown as { readonly sessionId: number }
      return new GraphSession(sessionId, () => model.dispose())
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  /**
   * One session call; blocks the thread. All tensors that it makes are gone when it returns.
   *
   * Feeds must fit: the binding does not free the inputs of a call that fails.
   * @throws LabError `out-of-memory`, or `internal` with TensorFlow's own words.
   */
  run(feeds: Feeds, fetches: readonly NodeOutput[]): HostTensor[] {
    if (!this.#open)
      throw new LabError('internal', 'Expected a network, got one that was disposed.')
    const inputs: Tensor[] = []
    let outputs: Tensor[] = []
    try {
      const infos = Object.entries(feeds).map(([name, { shape, data }]) => {
        const dtype = data instanceof Float32Array ? 'float32' : 'int32'
        inputs.push(tensorflow().tensor(data, [...shape], dtype))
        return { name: `${name}:0`, dtype, tfDtype: dtype === 'float32' ? 'DT_FLOAT' : 'DT_INT32' }
      })
      const names = fetches.map((fetch) => (fetch.includes(':') ? fetch : `${fetch}:0`))
      outputs = nodeBackend().runSavedModel(this.#sessionId, inputs, infos, names)
      return outputs.map((output) => {
        const data = output.dataSync()
        return {
          shape: output.shape,
          data: data instanceof Float32Array ? data : Float32Array.from(data),
        }
      })
    } catch (error) {
      throw describeFailure(error)
    } finally {
      for (const tensor of [...inputs, ...outputs]) tensor.dispose()
    }
  }

  /** Frees the session and its variables. */
  dispose(): void {
    if (!this.#open) return
    this.#open = false
    this.#close()
  }
}

/** Removes the graphs of processes that were killed while they loaded one. */
async function removeLeftGraphs(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = GRAPH_FOLDER.exec(name)?.[1]
    if (pid === undefined || isProcessAlive(Number(pid))) continue
    // Another user's stays: it is theirs to remove.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined)
  }
}

function describeFailure(error: unknown): LabError {
  const message = error instanceof Error ? error.message : String(error)
  const [firstLine = message] = message.split('\n')
  if (/OOM when allocating|failed to allocate|out of memory/i.test(message)) {
    return new LabError(
      'out-of-memory',
      `Expected the call to fit into memory, got: ${firstLine}`,
      'Use a smaller batch size, input size or width.',
    )
  }
  return new LabError('internal', firstLine, 'This is a bug in the lab: please report it.')
}
