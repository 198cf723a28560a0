/**
 * Must run before TensorFlow's JavaScript is loaded. tfjs-node 4.22 calls helpers of `node:util`
 * that Node removed in 23 (tfjs issue #8609): without them every eager operation throws.
 */
import util from 'node:util'

const legacy = util as unknown as Record<string, unknown>
legacy.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined
legacy.isArray ??= Array.isArray

// TensorFlow's library reads these once, when it is loaded.
/** Its warnings too: they go to a log, and tell of allocations that failed. */
process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'
/** Or the first session takes all of a GPU's memory. */
process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
