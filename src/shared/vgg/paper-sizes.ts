import type { ConfigurationName } from './configurations'

/**
 * Millions of parameters as Table 2 of the paper prints them, for 224 pixels and 1000 classes. The
 * lab counts for itself; these stand beside its counts for comparison.
 */
export const PAPER_PARAMETERS_MILLIONS: Readonly<Record<ConfigurationName, number>> = {
  A: 133,
  'A-LRN': 133,
  B: 133,
  C: 134,
  D: 138,
  E: 144,
}
