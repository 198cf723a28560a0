/** A row of appendix B: one measure on one data set, by features of D, E and both. */
export interface PaperFeatureResult {
  readonly data: string
  readonly measure: 'mAP' | 'mean class recall'
  readonly combine: 'average' | 'stack'
  /** Of networks D, E and D + E, 0..1. */
  readonly values: readonly [number, number, number]
}

/**
 * Appendix B: linear SVMs on fc7 of networks that were trained on ILSVRC-2012, not fine-tuned. Scales are
 * averaged for VOC and stacked for Caltech.
 */
export const PAPER_FEATURE_RESULTS: readonly PaperFeatureResult[] = [
  { data: 'VOC-2007', measure: 'mAP', combine: 'average', values: [0.893, 0.893, 0.897] },
  { data: 'VOC-2012', measure: 'mAP', combine: 'average', values: [0.89, 0.89, 0.893] },
  {
    data: 'Caltech-101',
    measure: 'mean class recall',
    combine: 'stack',
    values: [0.918, 0.923, 0.927],
  },
  {
    data: 'Caltech-256',
    measure: 'mean class recall',
    combine: 'stack',
    values: [0.85, 0.851, 0.862],
  },
]
