import { join } from 'node:path'
import type { MetricsLine } from '../../../shared/spec'
import { encodeRecord } from '../formats/tf-record'
import { AppendFile } from './append-file'

/**
 * TensorBoard's event file: TFRecords of `tensorflow.Event` with scalar summaries. The few fields
 * that are needed are written here by hand (tensorflow/core/util/event.proto, summary.proto).
 */
const WIRE_VARINT = 0
const WIRE_DOUBLE = 1
const WIRE_BYTES = 2
const WIRE_FLOAT = 5
const SESSION_START = 1

/** A scalar by its TensorBoard tag. */
export interface Scalar {
  readonly tag: string
  readonly value: number
}

/** An open event file of a run; one for each time that the run is started or continued. */
export class EventFile {
  private constructor(private readonly file: AppendFile) {}

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
    await this.file.append(Buffer.concat(records))
  }

  async close(): Promise<void> {
    await this.file.close()
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
  return Buffer.concat([wallTime(seconds), text(3, 'brain.Event:2')])
}

/** `Event { wall_time, step, session_log { status: START } }`: drops what was read from that step on. */
export function encodeStartEvent(seconds: number, step: number): Buffer {
  const sessionLog = Buffer.concat([tag(1, WIRE_VARINT), varint(SESSION_START)])
  return Buffer.concat([wallTime(seconds), stepField(step), bytes(7, sessionLog)])
}

/** `Event { wall_time, step, summary { value { tag, simple_value }... } }`. */
export function encodeScalarEvent(
  seconds: number,
  step: number,
  scalars: readonly Scalar[],
): Buffer {
  const values = scalars.map((scalar) => {
    const float = Buffer.alloc(4)
    float.writeFloatLE(scalar.value)
    return bytes(1, Buffer.concat([text(1, scalar.tag), tag(2, WIRE_FLOAT), float]))
  })
  return Buffer.concat([wallTime(seconds), stepField(step), bytes(5, Buffer.concat(values))])
}

function wallTime(seconds: number): Buffer {
  const double = Buffer.alloc(8)
  double.writeDoubleLE(seconds)
  return Buffer.concat([tag(1, WIRE_DOUBLE), double])
}

function stepField(step: number): Buffer {
  return Buffer.concat([tag(2, WIRE_VARINT), varint(step)])
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, 'utf8'))
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([tag(field, WIRE_BYTES), varint(value.length), value])
}

function tag(field: number, wire: number): Buffer {
  return varint(field * 8 + wire)
}

/** Base 128, lowest group first; arithmetic, since a step may exceed 32 bits. */
function varint(value: number): Buffer {
  const groups: number[] = []
  let rest = value
  while (rest >= 128) {
    groups.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  groups.push(rest)
  return Buffer.from(groups)
}
