import { LabError } from '../../../shared/contract'
import { addIntegers, readText, show } from './onnx-fields'
import { ProtobufFault, readFields, readPacked } from './protobuf-reader'
import { FLOAT_BYTES, decodeFloats, type FloatFormat, type StoredTensor } from './stored-tensor'

/** Field numbers of TensorProto. */
const TENSOR = {
  dims: 1,
  type: 2,
  floats: 4,
  integers: 5,
  name: 8,
  raw: 9,
  doubles: 10,
  external: 13,
  location: 14,
}
const EXTERNAL = 1
/** Numbers of the element types that weights may have. */
const FORMATS: Readonly<Record<number, FloatFormat>> = {
  1: 'F32',
  10: 'F16',
  11: 'F64',
  16: 'BF16',
}

/** Most axes of a tensor. */
export const MAX_RANK = 8

/** The name of an initialiser. */
export function readTensorName(bytes: Buffer): string {
  for (const field of readFields(bytes)) {
    if (field.number === TENSOR.name) return readText(field.bytes)
  }
  return ''
}

/**
 * Checks a tensor's size against its shape; the values stay in the file's bytes.
 * @throws ProtobufFault, or LabError `unsupported` for values in another file.
 */
export function readTensor(bytes: Buffer, name: string, path: string): StoredTensor {
  const shape: number[] = []
  let type = 0
  let data: { field: number; bytes: Buffer } | null = null
  for (const field of readFields(bytes)) {
    if (field.number === TENSOR.dims) addIntegers(shape, field)
    if (field.number === TENSOR.type) type = field.integer ?? 0
    if (
      field.number === TENSOR.external ||
      (field.number === TENSOR.location && field.integer === EXTERNAL)
    )
      throw unsupported(
        path,
        `stores ${show(name)} in another file (external data)`,
        'Save the model as one file: onnx.save_model(model, path, save_as_external_data=False).',
      )
    if (field.bytes === null) continue
    const { floats, integers, raw, doubles } = TENSOR
    if ([floats, integers, raw, doubles].includes(field.number)) {
      if (data !== null) throw new ProtobufFault(`stores the values of ${show(name)} in segments`)
      data = { field: field.number, bytes: field.bytes }
    }
  }
  if (shape.length > MAX_RANK || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new ProtobufFault(
      `gives ${show(name)} the shape ${shape.slice(0, MAX_RANK + 1).join('x')}`,
    )
  const format = FORMATS[type]
  const count = shape.reduce((product, size) => product * size, 1)
  const values = data ?? { field: TENSOR.raw, bytes: Buffer.alloc(0) }
  if (format !== undefined) checkSize(values, format, count, name)
  return {
    name,
    shape,
    isFloat: format !== undefined,
    read: () =>
      format === undefined
        ? Promise.reject(
            unsupported(
              path,
              `stores ${show(name)} in element type ${type}`,
              'Convert it to float32.',
            ),
          )
        : Promise.resolve(decodeTensor(values, format)),
  }
}

/** 16-bit floats in `int32_data` are a varint each, of one to three bytes: their count is checked. */
function checkSize(
  { field, bytes }: { field: number; bytes: Buffer },
  format: FloatFormat,
  count: number,
  name: string,
): void {
  if (field === TENSOR.integers) {
    if (FLOAT_BYTES[format] !== 2)
      throw new ProtobufFault(`stores the floats of ${show(name)} as integers`)
    const came = bytes.reduce((ends, byte) => ends + (byte < 128 ? 1 : 0), 0)
    if (came !== count) throw wrongSize(name, count, `${came} numbers`)
    return
  }
  const typed = field === TENSOR.floats ? 'F32' : field === TENSOR.doubles ? 'F64' : format
  const needed = count * FLOAT_BYTES[format]
  if (typed !== format || needed !== bytes.length) {
    throw wrongSize(name, count, `${bytes.length} bytes`)
  }
}

function wrongSize(name: string, count: number, came: string): ProtobufFault {
  return new ProtobufFault(`gives ${show(name)} ${came} but its shape needs ${count} numbers`)
}

function decodeTensor(
  { field, bytes }: { field: number; bytes: Buffer },
  format: FloatFormat,
): Float32Array {
  if (field !== TENSOR.integers) return decodeFloats(bytes, format)
  const halves = Uint16Array.from(readPacked(bytes, bytes.length))
  return decodeFloats(Buffer.from(halves.buffer), format)
}

/** The one line for what an ONNX file may have and the lab does not read. */
export function unsupported(path: string, what: string, hint: string): LabError {
  return new LabError(
    'unsupported',
    `Expected an ONNX file with float weights in it; ${path} ${what}.`,
    hint,
  )
}
