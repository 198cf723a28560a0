/** A tensor that has left TensorFlow: NHWC or [N, units], float32. */
export interface HostTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Weights by their names on disk: `conv1_1.weight` (HWIO), `fc6.weight` (in, out), `fc6.bias`. */
export type NamedTensors = ReadonlyMap<string, HostTensor>

/** Some rows of a weight along its first axis, as they follow each other from `first`. */
export interface WeightRows {
  readonly name: string
  readonly first: number
  readonly rows: HostTensor
}
