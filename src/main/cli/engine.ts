import { LabError } from '../../shared/contract'
import { serveStdio } from '../engine/serve-stdio'

/**
 * `vgg-lab engine --stdio`: the engine for a window, in frames on standard input and output. The
 * process ends when the other side closes them.
 * @throws LabError `bad-input` without `--stdio`, or where they are no pipes.
 */
export function engine(isStdio: boolean): Promise<never> {
  if (!isStdio) {
    throw new LabError(
      'bad-input',
      'Expected --stdio, the only way to talk to the engine.',
      'Run vgg-lab engine --stdio.',
    )
  }
  serveStdio()
  // It ends the process itself.
  return new Promise(() => undefined)
}
