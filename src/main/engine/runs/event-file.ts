import { join } from 'node:path'
import type { MetricsLine } from '../../../shared/spec'
import { ProtobufWriter } from '../formats/protobuf-writer'
import { encodeRecord } from '../formats/tf-record'
import { AppendFile } from './append-file'

const SESSION_START = 1

/** A scalar by its TensorBoard tag. */
export interface Scalar {
  readonly tag: string
  readonly value: number
}

/** TensorBoard's event file, open: TFRecords of events with scalar summaries; one for each time that the run is started or continued. */
export class EventFile {
  readonly #file: AppendFile

  private constructor(file: AppendFile) {
    this.#file = file
  }

  static async create(runFolder: string, resumedAtStep: number | null): Promise<EventFile> {
    const seconds = Math.floor(Date.now() / 1000)
    const name = `events.out.tfevents.${seconds}.vgg-lab.${process.pid}`
    const now = Date.now() / 1000
    const head = [encodeRecord(encodeVersionEvent(now))]
    if (resumedAtStep !== null) {
      head.push(encodeRecord(encodeStartEvent(now, resumedAtStep + 1)))
    }
    const file = await AppendFile.open(join(runFolder, name))
    try {
      await file.append(Buffer.concat(head))
      return new EventFile(file)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async write(lines: readonly MetricsLine[]): Promise<void> {
    const seconds = Date.now() / 1000
    const records = lines.map((line) =>
      encodeRecord(encodeScalarEvent(seconds, line.step, listScalars(line))),
    )
    await this.#file.append(Buffer.concat(records))
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

/** The scalars of a metrics line, under the tags that TensorBoard groups by their first word. */
export function listScalars(line: MetricsLine): Scalar[] {
  if (line.kind === 'step') {
    return [
      { tag: 'loss/train', value: line.train.loss },
      { tag: 'top1/train', value: line.train.top1 },
      { tag: 'top5/train', value: line.train.top5 },
      { tag: 'learning_rate', value: line.learningRate },
    ]
  }
  return [
    { tag: 'loss/train_epoch', value: line.train.loss },
    { tag: 'loss/validation', value: line.validation.loss },
    { tag: 'top1/train_epoch', value: line.train.top1 },
    { tag: 'top1/validation', value: line.validation.top1 },
    { tag: 'top5/train_epoch', value: line.train.top5 },
    { tag: 'top5/validation', value: line.validation.top5 },
    { tag: 'images_per_second', value: line.imagesPerSecond },
    ...(line.dataWaitShare === undefined
      ? []
      : [{ tag: 'data_wait_share', value: line.dataWaitShare }]),
  ]
}

/** `Event { wall_time, file_version }`: the first record of every event file. */
export function encodeVersionEvent(seconds: number): Buffer {
  return encodeEvent(seconds, (event) => event.text(3, 'brain.Event:2'))
}

/** `Event { wall_time, step, session_log { status: START } }`: drops what was read from that step on. */
export function encodeStartEvent(seconds: number, step: number): Buffer {
  return encodeEvent(seconds, (event) => {
    event.integer(2, step)
    event.message(7, (log) => log.integer(1, SESSION_START))
  })
}

/** `Event { wall_time, step, summary { value { tag, simple_value }... } }`. */
export function encodeScalarEvent(
  seconds: number,
  step: number,
  scalars: readonly Scalar[],
): Buffer {
  return encodeEvent(seconds, (event) => {
    event.integer(2, step)
    event.message(5, (summary) => {
      for (const { tag, value } of scalars) {
        summary.message(1, (entry) => {
          entry.text(1, tag)
          entry.float(2, value)
        })
      }
    })
  })
}

/** `tensorflow.Event` (tensorflow/core/util/event.proto, summary.proto): the few fields that are needed. */
function encodeEvent(seconds: number, write: (event: ProtobufWriter) => void): Buffer {
  const event = new ProtobufWriter()
  event.double(1, seconds)
  write(event)
  return event.finish()
}
