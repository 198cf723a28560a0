import type { HostTensor } from '../tensors/host-tensor'
import { present } from '../../../shared/present'

const MAGIC = '\x93NUMPY'
/** Magic, version (2 bytes) and header length (2 bytes). */
const PREFIX_BYTES = 10
const ALIGNMENT_BYTES = 64

/**
 * The bytes of a version 1.0 `.npy` file: little-endian float32, C order, the tensor's own shape.
 */
export function encodeNpy({ shape, data }: HostTensor): Buffer {
  const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return Buffer.concat([encodeNpyHeader(shape), values])
}

/** What precedes the values, so that many need not be copied to be written. */
export function encodeNpyHeader(shape: readonly number[]): Buffer {
  const sizes = shape.length === 1 ? `${present(shape[0])},` : shape.join(', ')
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`
  const unpadded = PREFIX_BYTES + header.length + 1
  const total = Math.ceil(unpadded / ALIGNMENT_BYTES) * ALIGNMENT_BYTES
  const bytes = Buffer.alloc(total, ' ')
  bytes.write(MAGIC, 0, 'latin1')
  bytes.writeUInt8(1, 6)
  bytes.writeUInt8(0, 7)
  bytes.writeUInt16LE(total - PREFIX_BYTES, 8)
  bytes.write(header, PREFIX_BYTES, 'latin1')
  bytes.write('\n', total - 1, 'latin1')
  return bytes
}
