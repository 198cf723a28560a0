import { spawn } from 'node:child_process'
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { countMemoryKills, explainEngineExit } from '../engine-process/engine-exit'
import { itemAt } from '../../shared/present'
import { EXIT } from './exit-codes'
import { escapeLine } from '../../shared/visible-text'
import { SUPERVISED_VARIABLE } from './supervised'

/*
 * TensorFlow writes to descriptor 2 as it likes, and a fault in native code ends the process without
 * a word. So the command runs in a child whose descriptor 2 is a log, and this process, which stays
 * free of everything that could take it along, says in one line why the child died. It imports next
 * to nothing: it is started before each command.
 */

/** Commands without TensorFlow, and those that look after their processes and streams themselves. */
const ALONE: readonly string[] = ['bench', 'completion', 'describe', 'engine', 'help', 'presets']
const HELP: readonly string[] = ['--help', '-h']

/** Lines of the log that may tell why the child died. */
const LAST_LINES = 50

/** Whether a command is run in a child. */
export function needsSupervision(args: readonly string[]): boolean {
  const [command = ''] = args
  if (command === '' || command.startsWith('-') || ALONE.includes(command)) return false
  return !args.some((arg) => HELP.includes(arg))
}

/**
 * Runs this program once more, as a child that does the work.
 * @returns the exit code
 */
export async function supervise(args: readonly string[]): Promise<number> {
  const log = new ChildLog()
  const killsBefore = countMemoryKills()
  const child = spawn(process.execPath, [...process.execArgv, itemAt(process.argv, 1), ...args], {
    env: { ...process.env, [SUPERVISED_VARIABLE]: '1' },
    stdio: ['inherit', 'inherit', log.descriptor, 2, 'pipe'],
  })
  const sent: NodeJS.Signals[] = []
  const seen = { isOrderlyEnd: false }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A terminal that is closed sends SIGHUP after other signals: that is no second request.
      const isAgain = sent.length > 0 && signal !== 'SIGHUP'
      // A terminal has sent the signal to the child too. There it means the same however often it
      // comes: what is counted is counted here, where each comes once.
      sent.push(isAgain ? 'SIGKILL' : signal)
      child.kill(sent[sent.length - 1])
    })
  }
  const lifeline = child.stdio[4] as Duplex
  lifeline.on('data', () => (seen.isOrderlyEnd = true))
  lifeline.on('error', () => undefined)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.on('error', reject)
      child.on('close', (...end) => resolve(end))
    },
  )
  if (code !== null && seen.isOrderlyEnd) return code
  // One that came before the child listens to signals, and the second Ctrl-C.
  if (signal !== null && sent.includes(signal)) return EXIT.interrupted
  const kills = countMemoryKills()
  const wasAnyKilled = kills !== null && kills > (killsBefore ?? kills)
  const end = { code, signal, log: log.readLast(), wasAnyKilled, lastAsked: null }
  const { reason } = explainEngineExit(end)
  process.stderr.write(`error: ${escapeLine(reason)}. ${log.keep()}\n`)
  return EXIT.failure
}

/**
 * What a child writes to its descriptor 2. The file has no name until it is to be kept, so that none
 * stays behind, however the two processes end.
 */
class ChildLog {
  readonly descriptor: number

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-'))
    this.descriptor = openSync(join(folder, 'log'), 'wx+')
    rmSync(folder, { recursive: true })
  }

  /** The last lines with anything on them, oldest first. */
  readLast(): string[] {
    const lines = this.#read().toString().split('\n')
    return lines.filter((line) => line.trim() !== '').slice(-LAST_LINES)
  }

  /** Gives the log a name; returns a sentence that says where it is. */
  keep(): string {
    try {
      const path = join(mkdtempSync(join(tmpdir(), 'vgg-lab-')), 'engine.log')
      writeFileSync(path, this.#read())
      closeSync(this.descriptor)
      return `Its log is ${path}.`
    } catch (error) {
      return `Its log could not be kept: ${error instanceof Error ? error.message : String(error)}.`
    }
  }

  /** From its beginning: the place where the child writes is this process's too. */
  #read(): Buffer {
    const bytes = Buffer.alloc(fstatSync(this.descriptor).size)
    return bytes.subarray(0, readSync(this.descriptor, bytes, 0, bytes.length, 0))
  }
}
